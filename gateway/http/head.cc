#include "gateway/http/head.h"

#include <algorithm>

namespace laurel::gateway {
namespace {

bool IsTokenCharacter(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

// METHOD SP target SP HTTP/1.x, one blank each; the target is visible ASCII.
bool IsRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return false;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const bool visible = !target.empty() && std::all_of(target.begin(), target.end(),
                                                      [](char c) { return c > 0x20 && c < 0x7F; });
  return IsToken(line.substr(0, first)) && visible && line.substr(last + 1).starts_with("HTTP/");
}

bool EqualsLower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace

HeadScanner::State HeadScanner::Refuse(int http_status, std::string_view why) {
  http_status_ = http_status;
  why_ = why;
  return State::kRefused;
}

HeadScanner::State HeadScanner::EndLine(std::string_view line) {
  ++lines_;
  if (lines_ == 1) {
    return IsRequestLine(line) ? State::kMore : Refuse(400, "the request line is malformed");
  }
  if (line.empty()) return State::kComplete;
  if (lines_ > limits_.max_headers + 1) return Refuse(431, "there are too many headers");
  if (line[0] == ' ' || line[0] == '\t') return Refuse(400, "a header is folded over lines");
  const size_t colon = line.find(':');
  // A blank before the colon is read as part of the name by some and not by others.
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Refuse(400, "a header is malformed");
  }
  return State::kMore;
}

HeadScanner::State HeadScanner::Scan(std::string_view head) {
  while (at_ < head.size()) {
    if (at_ >= limits_.max_bytes) return Refuse(431, "the headers are too large");
    const char c = head[at_];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      if (at_ == line_start_ || head[at_ - 1] != '\r') return Refuse(400, "a bare line feed");
      const std::string_view line = head.substr(line_start_, at_ - 1 - line_start_);
      ++at_;
      line_start_ = at_;
      const State state = EndLine(line);
      if (state != State::kMore) return state;
      continue;
    }
    if (at_ > line_start_ && head[at_ - 1] == '\r') return Refuse(400, "a bare carriage return");
    if (byte < 0x20 && c != '\r' && c != '\t') return Refuse(400, "a control character");
    if (byte == 0x7F) return Refuse(400, "a control character");
    if (lines_ == 0 && at_ >= limits_.max_line_bytes) {
      return Refuse(414, "the request line is too long");
    }
    ++at_;
  }
  return State::kMore;
}

std::optional<HeadFault> CheckFraming(const HttpRequest& request, bool http_1_0) {
  const size_t lengths = request.CountHeaders("content-length");
  const size_t codings = request.CountHeaders("transfer-encoding");
  if (lengths > 1) return HeadFault{400, "more than one Content-Length"};
  if (lengths > 0 && codings > 0) return HeadFault{400, "Content-Length beside Transfer-Encoding"};
  if (codings > 1) return HeadFault{400, "more than one Transfer-Encoding"};
  if (codings == 1 && http_1_0) return HeadFault{400, "Transfer-Encoding in HTTP/1.0"};
  if (codings == 1 && !EqualsLower(*request.Header("transfer-encoding"), "chunked")) {
    return HeadFault{501, "a transfer coding other than chunked"};
  }
  if (lengths == 1) {
    const std::string length = *request.Header("content-length");
    if (length.empty() || length.size() > 18 ||
        length.find_first_not_of("0123456789") != std::string::npos) {
      return HeadFault{400, "a malformed Content-Length"};
    }
  }
  if (request.CountHeaders("host") != 1 && !http_1_0) {
    return HeadFault{400, "not exactly one Host"};
  }
  return std::nullopt;
}

}  // namespace laurel::gateway
