// Reads a request's body from its bytes, by length or in chunks, strictly: a chunk's size is plain
// hexadecimal digits, every line ends in CRLF, trailers are read over and never become headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace laurel::gateway {

class BodyReader {
 public:
  enum class State { kMore, kComplete, kTooLarge, kMalformed };

  // A body of `length` bytes. With more than `max_bytes` it is too large from the start.
  static BodyReader OfLength(uint64_t length, size_t max_bytes);
  static BodyReader Chunked(size_t max_bytes);

  // Takes what belongs to the body from the front of `bytes`; `used` is how much that was.
  State Feed(std::string_view bytes, size_t* used);
  State state() const { return state_; }
  std::string TakeBody() { return std::move(body_); }

 private:
  enum class Part { kData, kSizeLine, kDataEnd, kTrailer };

  BodyReader(Part part, uint64_t left, size_t max_bytes)
      : part_(part), left_(left), max_bytes_(max_bytes) {}
  // One byte of a line; true once the line is whole (without its CRLF, in line_).
  bool TakeLineByte(char c);
  void EndLine();
  void TakeData(std::string_view bytes, size_t* used);

  Part part_;
  uint64_t left_;
  const size_t max_bytes_;
  bool chunked_ = false;
  State state_ = State::kMore;
  std::string line_;
  bool saw_cr_ = false;
  size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace laurel::gateway
