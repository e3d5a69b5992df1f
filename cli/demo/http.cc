#include "cli/demo/http.h"

#include <curl/curl.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "absl/strings/str_cat.h"

namespace laurel::demo {
namespace {

constexpr long kTimeoutMs = 20000;
constexpr size_t kMostBytes = 16 << 20;

size_t Append(char* data, size_t size, size_t count, void* out) {
  auto* text = static_cast<std::string*>(out);
  if (text->size() + size * count > kMostBytes) return 0;
  text->append(data, size * count);
  return size * count;
}

struct FreeHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

void AddHeader(const std::string& line, Headers* headers) {
  headers->reset(curl_slist_append(headers->release(), line.c_str()));
}

std::string TextOf(const boost::json::value& body, std::string_view key) {
  if (!body.is_object()) return "";
  const auto* value = body.as_object().if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string(value->as_string().c_str()) : "";
}

}  // namespace

struct Http::Handle {
  CURL* curl = nullptr;
};

std::string Response::Reason() const { return TextOf(body, "reason"); }

std::string Response::Problem() const {
  const std::string detail = TextOf(body, "detail");
  return absl::StrCat(status, " ", Reason(), detail.empty() ? "" : ": ", detail);
}

Http::Http(std::string base_url)
    : base_url_(std::move(base_url)), handle_(std::make_unique<Handle>()) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  handle_->curl = curl_easy_init();
}

Http::~Http() { curl_easy_cleanup(handle_->curl); }

absl::StatusOr<Response> Http::Send(const Request& request) {
  CURL* const curl = handle_->curl;
  curl_easy_reset(curl);
  std::string answer;
  char error[CURL_ERROR_SIZE] = "";
  Headers headers;
  std::string body;
  if (!request.token.empty()) AddHeader("Authorization: Bearer " + request.token, &headers);
  if (!request.idempotency_key.empty()) {
    AddHeader("Idempotency-Key: " + request.idempotency_key, &headers);
  }
  if (!request.body.is_null()) {
    body = boost::json::serialize(request.body);
    AddHeader("Content-Type: application/json", &headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, (base_url_ + request.path).c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // The suite is on this machine, or where the address says: never behind a proxy.
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(request.method, " ", request.path, ": ",
                                               *error == '\0' ? curl_easy_strerror(code) : error));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  Response response{.status = static_cast<int>(status), .body = nullptr};
  if (answer.empty()) return response;
  boost::json::error_code malformed;
  response.body = boost::json::parse(answer, malformed);
  if (malformed) {
    return absl::UnavailableError(absl::StrCat(request.method, " ", request.path, ": answered ",
                                               status, " with what is not JSON"));
  }
  return response;
}

}  // namespace laurel::demo
