#include "gateway/http/problem.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/json/encode.h"
#include "google/rpc/error_details.pb.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::gateway {
namespace {

constexpr char kBadRequest[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

template <typename T>
std::optional<T> Payload(const absl::Status& error, const char* url) {
  const auto payload = error.GetPayload(url);
  T out;
  if (!payload || !out.ParseFromString(std::string(*payload))) return std::nullopt;
  return out;
}

// The reason of an error that carries none: gRPC's own, such as a peer that is not there.
std::string ReasonOf(const absl::Status& error) {
  if (IsOurFault(error.code())) return "INTERNAL";
  std::string reason = status::ReasonOf(error);
  if (!reason.empty()) return reason;
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
      return "SERVICE_UNAVAILABLE";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_PASSED";
    case absl::StatusCode::kUnimplemented:
      return "NOT_IMPLEMENTED";
    case absl::StatusCode::kResourceExhausted:
      return "OVERLOADED";
    default:
      return status::CodeName(error.code());
  }
}

std::string DetailOf(const absl::Status& error) {
  if (IsOurFault(error.code())) {
    return "Something went wrong on our side. The trace id finds it in the log.";
  }
  // gRPC's own texts name addresses inside.
  if (status::ReasonOf(error).empty()) {
    switch (error.code()) {
      case absl::StatusCode::kUnavailable:
        return "A service behind the gateway cannot be reached.";
      case absl::StatusCode::kDeadlineExceeded:
        return "The answer did not come in time.";
      case absl::StatusCode::kUnimplemented:
        return "The service does not know this method.";
      default:
        return std::string(ReasonPhrase(status::HttpStatusOf(error)));
    }
  }
  return base::ToStd(error.message());
}

void AppendMember(std::string_view name, std::string_view text, std::string* out) {
  AppendJsonString(name, out);
  out->push_back(':');
  AppendJsonString(text, out);
}

void AppendErrors(const absl::Status& error, std::string* out) {
  const auto bad = Payload<google::rpc::BadRequest>(error, kBadRequest);
  if (!bad || IsOurFault(error.code())) return;
  out->append(",\"errors\":[");
  for (int i = 0; i < bad->field_violations_size(); ++i) {
    const auto& violation = bad->field_violations(i);
    if (i > 0) out->push_back(',');
    out->push_back('{');
    AppendMember("field", violation.field(), out);
    out->push_back(',');
    AppendMember("description", violation.description(), out);
    out->push_back('}');
  }
  out->push_back(']');
}

void AppendMetadata(const absl::Status& error, std::string* out) {
  const auto info = Payload<google::rpc::ErrorInfo>(error, kErrorInfo);
  if (!info || info->metadata().empty() || IsOurFault(error.code())) return;
  const std::map<std::string, std::string> sorted(info->metadata().begin(), info->metadata().end());
  out->append(",\"metadata\":{");
  bool comma = false;
  for (const auto& [key, value] : sorted) {
    if (comma) out->push_back(',');
    comma = true;
    AppendMember(key, value, out);
  }
  out->push_back('}');
}

}  // namespace

std::string_view ReasonPhrase(int http_status) {
  static const std::map<int, std::string_view> kPhrases = {
      {200, "OK"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {499, "Client Closed Request"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  const auto it = kPhrases.find(http_status);
  return it == kPhrases.end() ? std::string_view() : it->second;
}

HttpResponse DoorProblem(int http_status, const absl::Status& error, std::string_view trace_id) {
  const std::string reason = ReasonOf(error);
  HttpResponse response;
  response.status = http_status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body = "{";
  AppendMember("type", "urn:laurel:error:" + reason, &body);
  body += ',';
  AppendMember("title", ReasonPhrase(http_status), &body);
  absl::StrAppend(&body, ",\"status\":", http_status, ",");
  AppendMember("detail", DetailOf(error), &body);
  body += ',';
  AppendMember("code", IsOurFault(error.code()) ? "INTERNAL" : status::CodeName(error.code()),
               &body);
  body += ',';
  AppendMember("reason", reason, &body);
  body += ',';
  AppendMember("trace_id", trace_id, &body);
  AppendErrors(error, &body);
  AppendMetadata(error, &body);
  body += "}\n";
  if (http_status == 401) {
    const bool none = reason == "CREDENTIAL_REQUIRED";
    response.headers.emplace_back(
        "WWW-Authenticate",
        none ? "Bearer realm=\"laurel\"" : "Bearer realm=\"laurel\", error=\"invalid_token\"");
  }
  if (http_status == 429 || http_status == 503) {
    const int seconds = std::max(1, status::RetryAfterSeconds(error));
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  return response;
}

HttpResponse Problem(const absl::Status& error, std::string_view trace_id, bool if_match) {
  return DoorProblem(status::HttpStatusOf(error, if_match), error, trace_id);
}

}  // namespace laurel::gateway
