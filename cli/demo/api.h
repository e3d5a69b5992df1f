// The gateway's API as the demo uses it, and the checks that it makes: a figure that is not what it
// has to be is an error that says what was expected. What other services do arrives by events: it
// is asked for again, within a bound, until it is so.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/demo/http.h"

namespace laurel::demo {

// The text at a path of keys ("total.currencyCode"); empty: there is none.
std::string Text(const boost::json::value& value, std::string_view path);
// The whole number at a path; JSON carries int64 as text. 0: there is none.
int64_t Number(const boost::json::value& value, std::string_view path);
// The list at a path; empty: there is none.
boost::json::array List(const boost::json::value& value, std::string_view path);

// FAILED_PRECONDITION "what: expected …, got …" unless they are equal.
absl::Status Expect(std::string_view what, int64_t got, int64_t expected);
absl::Status Expect(std::string_view what, const std::string& got, const std::string& expected);

class Api {
 public:
  // `token_command` prints a token when called with "staff ROLE" or "member EXTERNAL_ID".
  Api(std::string base_url, std::string token_command);

  // Who speaks: "staff manager", "member demo-ada". The token is made when first asked for.
  absl::StatusOr<std::string> TokenOf(const std::string& who);

  // The body of the answer; a problem is an error that names the call.
  absl::StatusOr<boost::json::value> Get(const std::string& who, const std::string& path);
  absl::StatusOr<boost::json::value> Post(const std::string& who, const std::string& path,
                                          const boost::json::value& body,
                                          const std::string& idempotency_key = {});
  // All pages of a list; `field` is where the items stand.
  absl::StatusOr<boost::json::array> ListAll(const std::string& who, const std::string& path,
                                             std::string_view field);
  // The answer must be this problem; it is returned as people read it.
  absl::StatusOr<std::string> Refused(const std::string& who, Request request, int status,
                                      const std::string& reason);

  // Asks until `check` is content, for at most 20 s; then its last error.
  absl::Status Eventually(const std::function<absl::Status()>& check) const;

 private:
  absl::StatusOr<Response> Send(const std::string& who, Request request);
  absl::StatusOr<boost::json::value> Body(const std::string& who, Request request);

  Http http_;
  const std::string token_command_;
  std::map<std::string, std::string> tokens_;
};

}  // namespace laurel::demo
