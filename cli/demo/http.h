// JSON over HTTP as any client of the gateway's would send it, by libcurl. Knows nothing of Laurel
// but its error form.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace laurel::demo {

struct Response {
  int status = 0;
  // Null when there is no body.
  boost::json::value body;

  bool ok() const { return status >= 200 && status < 300; }
  // The machine-readable reason of a problem; empty: there is none.
  std::string Reason() const;
  // "409 INSUFFICIENT_POINTS: …", for people.
  std::string Problem() const;
};

struct Request {
  std::string method = "GET";
  // From the first slash on.
  std::string path = {};
  // Bearer token; empty: none is sent.
  std::string token = {};
  // Sent as it is; null: no body.
  boost::json::value body = {};
  // Sent as Idempotency-Key; empty: none.
  std::string idempotency_key = {};
};

// One connection that is kept open. Not thread-safe.
class Http {
 public:
  explicit Http(std::string base_url);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Any HTTP status is an answer; UNAVAILABLE where there was none, or where it is not JSON.
  absl::StatusOr<Response> Send(const Request& request);

 private:
  struct Handle;
  const std::string base_url_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace laurel::demo
