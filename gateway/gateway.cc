#include "gateway/gateway.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "gateway/http/finish.h"
#include "gateway/http/problem.h"
#include "gateway/json/encode.h"
#include "gateway/transcode/identity.h"
#include "gateway/transcode/request.h"
#include "lib/base/strings.h"
#include "lib/client/channel.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "lib/trace/trace.h"

namespace laurel::gateway {
namespace {

namespace asio = boost::asio;

// Slower answers are always logged.
constexpr int64_t kSlowMicros = 1000000;

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message) {
  return status::Error(code, reason, message);
}

// The client's trace if it has a valid one, otherwise a new one.
trace::Context TraceOf(const HttpRequest& request, base::IdSource& ids) {
  if (const auto header = request.Header("traceparent")) {
    if (const auto parent = trace::Parse(*header)) return trace::ChildOf(*parent, ids);
  }
  return trace::New(ids);
}

void AddDate(absl::Time now, HttpResponse* response) {
  response->headers.emplace_back(
      "Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone()));
}

bool IsJson(const std::string& content_type) {
  const std::string type = content_type.substr(0, content_type.find(';'));
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(type), "application/json");
}

// Nothing: the body's type, if there is a body, is JSON without a content coding.
absl::Status CheckContentType(const HttpRequest& request) {
  if (request.body.empty()) return absl::OkStatus();
  const auto type = request.Header("content-type");
  if (!type || !IsJson(*type) || request.Header("content-encoding")) {
    return Error(absl::StatusCode::kInvalidArgument, "UNSUPPORTED_MEDIA_TYPE",
                 "Send the body as application/json, uncompressed.");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> IdempotencyKey(const HttpRequest& request) {
  if (request.CountHeaders("idempotency-key") > 1) {
    return Error(absl::StatusCode::kInvalidArgument, "IDEMPOTENCY_KEY_INVALID",
                 "Idempotency-Key is given more than once.");
  }
  return request.Header("idempotency-key");
}

// The content that the answer shows: a field of the response, or all of it.
std::string Render(const Route& route, const google::protobuf::Message& response) {
  std::string body;
  if (route.response_field == nullptr) {
    AppendJson(response, &body);
  } else {
    AppendJsonField(response, *route.response_field, &body);
  }
  return body;
}

// The `etag` of the resource that the answer shows; empty: it has none.
std::string EtagOf(const Route& route, const google::protobuf::Message& response) {
  const google::protobuf::Message* resource = &response;
  if (route.response_field != nullptr) {
    if (route.response_field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
        route.response_field->is_repeated()) {
      return "";
    }
    resource = &response.GetReflection()->GetMessage(response, route.response_field);
  }
  const auto* field = resource->GetDescriptor()->FindFieldByName("etag");
  if (field == nullptr || field->type() != google::protobuf::FieldDescriptor::TYPE_STRING ||
      field->is_repeated()) {
    return "";
  }
  return EntityTag(resource->GetReflection()->GetString(*resource, field));
}

void ApplyIfMatch(const Route& route, const HttpRequest& request,
                  google::protobuf::Message* message) {
  const auto header = request.Header("if-match");
  if (!header || route.etag_field == nullptr) return;
  const auto& reflection = *message->GetReflection();
  if (!reflection.GetString(*message, route.etag_field).empty()) return;
  reflection.SetString(message, route.etag_field, SingleEntityTag(*header));
}

}  // namespace

struct Gateway::Visit {
  trace::Scope scope;
  std::string trace_id;
  // For metrics and logs.
  std::string rpc = "none";
  std::string route;
  std::string caller;
  absl::Status status;
};

asio::awaitable<HttpResponse> Gateway::Handle(HttpRequest request) {
  const int64_t start = base::MonotonicMicros();
  deps_.metrics.in_flight().Increment();
  Visit visit;
  visit.scope.trace = TraceOf(request, deps_.ids);
  visit.scope.deadline = client::Background(deps_.call_timeout).deadline;
  visit.trace_id = visit.scope.trace.TraceId();
  HttpResponse response = co_await Answer(request, visit);
  response.headers.emplace_back("Trace-Id", visit.trace_id);
  AddDate(deps_.clock.Now(), &response);
  Finish(request, &response);
  const int64_t duration_us = base::MonotonicMicros() - start;
  deps_.metrics.Count(visit.rpc, response.status, duration_us);
  deps_.metrics.in_flight().Decrement();
  Log(request, visit, response, duration_us);
  co_return response;
}

asio::awaitable<HttpResponse> Gateway::Answer(const HttpRequest& request, Visit& visit) {
  // HEAD is GET whose body the connection leaves out.
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const auto page = deps_.pages.find(request.path);
  if (page != deps_.pages.end()) {
    visit.rpc = request.path;
    if (draining_ && request.path == "/readyz") {
      co_return Problem(Error(absl::StatusCode::kUnavailable, "DRAINING", "The gateway is ending."),
                        visit.trace_id);
    }
    if (method == "GET") {
      const auto tag = std::find_if(page->second.headers.begin(), page->second.headers.end(),
                                    [](const auto& header) { return header.first == "ETag"; });
      const auto known = request.Header("if-none-match");
      if (known && tag != page->second.headers.end() && MatchesEntityTag(*known, tag->second)) {
        HttpResponse unchanged;
        unchanged.status = 304;
        unchanged.headers = page->second.headers;
        co_return unchanged;
      }
      co_return page->second;
    }
    Routes::Found found;
    found.allowed = {"GET"};
    co_return NoRoute(request, visit, found);
  }
  Routes::Found found = deps_.routes.Find(method, request.path);
  if (found.route == nullptr) co_return NoRoute(request, visit, found);
  visit.rpc = found.route->method->service()->name() + "/" + found.route->method->name();
  visit.route = found.route->path_template;
  HttpResponse response = co_await CallRoute(request, visit, std::move(found));
  co_return response;
}

HttpResponse Gateway::NoRoute(const HttpRequest& request, const Visit& visit,
                              const Routes::Found& found) const {
  if (found.malformed) {
    return Problem(Error(absl::StatusCode::kInvalidArgument, "MALFORMED_PATH",
                         "The path is not percent-encoded UTF-8."),
                   visit.trace_id);
  }
  if (found.allowed.empty()) {
    return Problem(Error(absl::StatusCode::kNotFound, "ROUTE_NOT_FOUND", "There is no such path."),
                   visit.trace_id);
  }
  std::vector<std::string> allowed = found.allowed;
  if (std::find(allowed.begin(), allowed.end(), "GET") != allowed.end()) allowed.push_back("HEAD");
  allowed.push_back("OPTIONS");
  const std::string list = absl::StrJoin(allowed, ", ");
  HttpResponse response;
  if (request.method == "OPTIONS") {
    response.status = 204;
  } else {
    response = DoorProblem(405,
                           Error(absl::StatusCode::kUnimplemented, "METHOD_NOT_ALLOWED",
                                 "The path has other methods: " + list + "."),
                           visit.trace_id);
  }
  response.headers.emplace_back("Allow", list);
  return response;
}

asio::awaitable<HttpResponse> Gateway::CallRoute(const HttpRequest& request, Visit& visit,
                                                 Routes::Found found) {
  const Route& route = *found.route;
  const bool if_match = request.Header("if-match").has_value();
  const auto refuse = [&visit, if_match](const absl::Status& error) {
    visit.status = error;
    return Problem(error, visit.trace_id, if_match);
  };
  const auto caller = co_await deps_.authenticator.Authenticate(request, visit.scope);
  if (!caller.ok()) co_return refuse(caller.status());
  visit.caller = caller->Principal();
  if (auto status = CheckRoles(route, *caller); !status.ok()) co_return refuse(status);
  if (auto status = CheckContentType(request); !status.ok()) {
    visit.status = status;
    co_return DoorProblem(415, status, visit.trace_id);
  }
  const auto key = IdempotencyKey(request);
  if (!key.ok()) co_return refuse(key.status());
  auto message = BuildRequest(route, found.bindings, request.query, request.body);
  if (!message.ok()) co_return refuse(message.status());
  if (auto s = ApplyCaller(route, *caller, message->get()); !s.ok()) co_return refuse(s);
  const std::string fallback = base::ToString(deps_.ids.Next(deps_.clock.Now()));
  if (auto s = ApplyIdempotencyKey(route, *key, fallback, message->get()); !s.ok()) {
    co_return refuse(s);
  }
  ApplyIfMatch(route, request, message->get());

  const std::unique_ptr<google::protobuf::Message> answer(route.response_prototype->New());
  UpstreamCall call;
  call.service = route.service;
  call.grpc_method = route.grpc_method;
  call.caller = &*caller;
  call.scope = visit.scope;
  call.repeatable = route.read_only || route.request_id_field != nullptr;
  const absl::Status status = co_await deps_.upstreams.Call(call, **message, answer.get());
  if (!status.ok()) co_return refuse(status);

  HttpResponse response;
  const std::string tag = EtagOf(route, *answer);
  if (!tag.empty()) response.headers.emplace_back("ETag", tag);
  const auto known = request.Header("if-none-match");
  if (known && route.http_method == "GET" && MatchesEntityTag(*known, tag)) {
    response.status = 304;
    co_return response;
  }
  response.content_type = "application/json";
  response.body = Render(route, *answer);
  co_return response;
}

HttpResponse Gateway::Refuse(int http_status, std::string_view why) {
  const std::string trace_id = trace::New(deps_.ids).TraceId();
  std::string_view reason = "MALFORMED_HTTP";
  auto code = absl::StatusCode::kInvalidArgument;
  switch (http_status) {
    case 408:
      reason = "REQUEST_TOO_SLOW";
      code = absl::StatusCode::kDeadlineExceeded;
      break;
    case 413:
      reason = "BODY_TOO_LARGE";
      break;
    case 414:
      reason = "URI_TOO_LONG";
      break;
    case 417:
      reason = "EXPECTATION_FAILED";
      break;
    case 431:
      reason = "HEADERS_TOO_LARGE";
      break;
    case 501:
      reason = "TRANSFER_CODING_UNKNOWN";
      code = absl::StatusCode::kUnimplemented;
      break;
    case 503:
      reason = "TOO_MANY_CONNECTIONS";
      code = absl::StatusCode::kUnavailable;
      break;
    case 505:
      reason = "HTTP_VERSION";
      break;
    default:
      break;
  }
  const std::string detail = "The request is refused: " + std::string(why) + ".";
  HttpResponse response = DoorProblem(http_status, Error(code, reason, detail), trace_id);
  response.headers.emplace_back("Trace-Id", trace_id);
  AddDate(deps_.clock.Now(), &response);
  Finish(HttpRequest(), &response);
  deps_.metrics.Count("none", http_status, 0);
  return response;
}

void Gateway::Log(const HttpRequest& request, const Visit& visit, const HttpResponse& response,
                  int64_t duration_us) {
  const bool good = response.status < 500 && duration_us < kSlowMicros;
  if (good) {
    if (deps_.log_sample == 0) return;
    if (successes_.fetch_add(1) % static_cast<uint64_t>(deps_.log_sample) != 0) return;
  }
  const std::string reason = status::ReasonOf(visit.status);
  // The route's template, never the path: paths may hold what people typed.
  const log::Fields fields = {{"trace_id", visit.trace_id},
                              {"method", request.method},
                              {"route", visit.route.empty() ? visit.rpc : visit.route},
                              {"rpc", visit.rpc},
                              {"status", response.status},
                              {"reason", reason},
                              {"caller", visit.caller},
                              {"duration_us", duration_us}};
  if (response.status >= 500) {
    log::Error("request failed", fields);
  } else {
    log::Info("request", fields);
  }
}

}  // namespace laurel::gateway
