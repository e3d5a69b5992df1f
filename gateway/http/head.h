// Looks at the raw bytes of a request's head before the HTTP library does. The library is lenient
// where proxies disagree with one another (folded lines, bare line feeds, repeated lengths); two
// readers who see different requests in the same bytes are how requests are smuggled.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/http/message.h"

namespace laurel::gateway {

struct HeadLimits {
  size_t max_bytes = 16 * 1024;      // request line and headers: 431
  size_t max_headers = 100;          // 431
  size_t max_line_bytes = 8 * 1024;  // the request line: 414
};

// Grows with the bytes of one head; each byte is looked at once.
class HeadScanner {
 public:
  enum class State { kMore, kComplete, kRefused };

  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  // `head` is all that has arrived of the request so far.
  State Scan(std::string_view head);
  // The rest did not come in time: 408.
  void TimeOut() { Refuse(408, "the headers took too long"); }

  // With kComplete: where the body starts.
  size_t length() const { return at_; }
  // 0 unless it was refused: 400, 408, 414 or 431, and why.
  int http_status() const { return http_status_; }
  std::string_view why() const { return why_; }

 private:
  State Refuse(int http_status, std::string_view why);
  State EndLine(std::string_view line);

  const HeadLimits limits_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  size_t lines_ = 0;
  int http_status_ = 0;
  std::string_view why_;
};

// What is wrong with a well-formed head all the same: two lengths, a length beside
// Transfer-Encoding, a coding other than chunked, no Host or several. Nothing: good.
struct HeadFault {
  int http_status = 400;
  std::string_view why;
};
std::optional<HeadFault> CheckFraming(const HttpRequest& request, bool http_1_0);

}  // namespace laurel::gateway
