#include "cli/demo/api.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::demo {
namespace {

namespace json = boost::json;

constexpr absl::Duration kEventually = absl::Seconds(20);

const json::value* Find(const json::value& value, std::string_view path) {
  const json::value* at = &value;
  while (!path.empty() && at != nullptr) {
    const size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    at = at->is_object() ? at->as_object().if_contains({key.data(), key.size()}) : nullptr;
  }
  return at;
}

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

absl::StatusOr<std::string> OutputOf(const std::string& command) {
  const std::unique_ptr<std::FILE, ClosePipe> pipe(popen(command.c_str(), "r"));
  if (pipe == nullptr) return absl::UnavailableError("cannot run " + command);
  std::string out;
  std::array<char, 4096> buffer;
  for (size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    out.append(buffer.data(), got);
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  if (out.empty()) return absl::UnavailableError("no token came from: " + command);
  return out;
}

absl::Status Unexpected(std::string_view what, const std::string& got,
                        const std::string& expected) {
  return absl::FailedPreconditionError(
      absl::StrCat(base::ToAbsl(what), ": expected ", expected, ", got ", got));
}

}  // namespace

std::string Text(const json::value& value, std::string_view path) {
  const json::value* found = Find(value, path);
  return found != nullptr && found->is_string() ? std::string(found->as_string().c_str()) : "";
}

int64_t Number(const json::value& value, std::string_view path) {
  const json::value* found = Find(value, path);
  int64_t out = 0;
  if (found == nullptr) return 0;
  if (found->is_int64()) return found->as_int64();
  if (!found->is_string() || !absl::SimpleAtoi(found->as_string().c_str(), &out)) return 0;
  return out;
}

json::array List(const json::value& value, std::string_view path) {
  const json::value* found = Find(value, path);
  return found != nullptr && found->is_array() ? found->as_array() : json::array();
}

absl::Status Expect(std::string_view what, int64_t got, int64_t expected) {
  if (got == expected) return absl::OkStatus();
  return Unexpected(what, std::to_string(got), std::to_string(expected));
}

absl::Status Expect(std::string_view what, const std::string& got, const std::string& expected) {
  return got == expected ? absl::OkStatus()
                         : Unexpected(what, "'" + got + "'", "'" + expected + "'");
}

Api::Api(std::string base_url, std::string token_command)
    : http_(std::move(base_url)), token_command_(std::move(token_command)) {}

absl::StatusOr<std::string> Api::TokenOf(const std::string& who) {
  std::string& token = tokens_[who];
  if (token.empty()) {
    LAUREL_ASSIGN_OR_RETURN(token, OutputOf(token_command_ + " " + who));
  }
  return token;
}

absl::StatusOr<Response> Api::Send(const std::string& who, Request request) {
  LAUREL_ASSIGN_OR_RETURN(request.token, TokenOf(who));
  absl::StatusOr<Response> response;
  // As every client has to: no answer, 503 and 504 mean the same request again.
  const absl::Status answered = Eventually([&]() -> absl::Status {
    response = http_.Send(request);
    if (response.ok() && (response->status == 503 || response->status == 504)) {
      return absl::UnavailableError(response->Problem());
    }
    return response.status();
  });
  if (!response.ok()) return answered;
  return response;
}

absl::StatusOr<json::value> Api::Body(const std::string& who, Request request) {
  const std::string what = absl::StrCat(request.method, " ", request.path, " (", who, ")");
  LAUREL_ASSIGN_OR_RETURN(Response response, Send(who, std::move(request)));
  if (response.ok()) return std::move(response.body);
  const auto code =
      response.status == 404 ? absl::StatusCode::kNotFound : absl::StatusCode::kFailedPrecondition;
  return absl::Status(code, absl::StrCat(what, ": expected success, got ", response.Problem()));
}

absl::StatusOr<json::value> Api::Get(const std::string& who, const std::string& path) {
  return Body(who, {.path = path});
}

absl::StatusOr<json::value> Api::Post(const std::string& who, const std::string& path,
                                      const json::value& body, const std::string& idempotency_key) {
  return Body(who,
              {.method = "POST", .path = path, .body = body, .idempotency_key = idempotency_key});
}

absl::StatusOr<json::array> Api::ListAll(const std::string& who, const std::string& path,
                                         std::string_view field) {
  json::array all;
  std::string token;
  do {
    const std::string query = token.empty() ? "?pageSize=200" : "?pageSize=200&pageToken=" + token;
    LAUREL_ASSIGN_OR_RETURN(const json::value page, Get(who, path + query));
    for (json::value& item : List(page, field)) all.push_back(std::move(item));
    token = Text(page, "nextPageToken");
  } while (!token.empty());
  return all;
}

absl::StatusOr<std::string> Api::Refused(const std::string& who, Request request, int status,
                                         const std::string& reason) {
  const std::string what = absl::StrCat(request.method, " ", request.path, " (", who, ")");
  LAUREL_ASSIGN_OR_RETURN(const Response response, Send(who, std::move(request)));
  LAUREL_RETURN_IF_ERROR(Expect(what + ", its HTTP status", response.status, status));
  LAUREL_RETURN_IF_ERROR(Expect(what + ", its reason", response.Reason(), reason));
  return response.Problem();
}

absl::Status Api::Eventually(const std::function<absl::Status()>& check) const {
  const int64_t start = base::MonotonicMicros();
  absl::Duration wait = absl::Milliseconds(10);
  for (;;) {
    absl::Status status = check();
    if (status.ok()) return status;
    if (absl::Microseconds(base::MonotonicMicros() - start) > kEventually) {
      return absl::Status(status.code(), absl::StrCat("after ", absl::FormatDuration(kEventually),
                                                      " still not so: ", status.message()));
    }
    absl::SleepFor(wait);
    wait = std::min(wait * 2, absl::Milliseconds(250));
  }
}

}  // namespace laurel::demo
