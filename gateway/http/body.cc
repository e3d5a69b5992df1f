#include "gateway/http/body.h"

#include <algorithm>

namespace laurel::gateway {
namespace {

constexpr size_t kMaxSizeDigits = 8;
constexpr size_t kMaxLineBytes = 256;      // a chunk's size with its extensions
constexpr size_t kMaxTrailerBytes = 4096;  // all trailers

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Digits, then nothing or extensions after a semicolon.
bool ParseSize(std::string_view line, uint64_t* size) {
  const std::string_view digits = line.substr(0, line.find(';'));
  if (digits.empty() || digits.size() > kMaxSizeDigits) return false;
  *size = 0;
  for (const char c : digits) {
    const int digit = HexDigit(c);
    if (digit < 0) return false;
    *size = *size * 16 + static_cast<uint64_t>(digit);
  }
  return true;
}

}  // namespace

BodyReader BodyReader::OfLength(uint64_t length, size_t max_bytes) {
  BodyReader reader(Part::kData, length, max_bytes);
  if (length == 0) reader.state_ = State::kComplete;
  if (length > max_bytes) reader.state_ = State::kTooLarge;
  return reader;
}

BodyReader BodyReader::Chunked(size_t max_bytes) {
  BodyReader reader(Part::kSizeLine, 0, max_bytes);
  reader.chunked_ = true;
  return reader;
}

bool BodyReader::TakeLineByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const size_t most = part_ == Part::kTrailer ? kMaxTrailerBytes : kMaxLineBytes;
  if (saw_cr_) {
    saw_cr_ = false;
    if (c == '\n') return true;
    state_ = State::kMalformed;
  } else if (c == '\r') {
    saw_cr_ = true;
  } else if ((byte < 0x20 && c != '\t') || byte == 0x7F || line_.size() >= most ||
             (part_ == Part::kTrailer && ++trailer_bytes_ > kMaxTrailerBytes)) {
    state_ = State::kMalformed;
  } else {
    line_ += c;
  }
  return false;
}

void BodyReader::EndLine() {
  if (part_ == Part::kSizeLine) {
    if (!ParseSize(line_, &left_)) {
      state_ = State::kMalformed;
    } else if (left_ > max_bytes_ - body_.size()) {
      state_ = State::kTooLarge;
    } else {
      part_ = left_ == 0 ? Part::kTrailer : Part::kData;
    }
  } else if (part_ == Part::kDataEnd) {
    part_ = Part::kSizeLine;
    if (!line_.empty()) state_ = State::kMalformed;
  } else if (line_.empty()) {
    state_ = State::kComplete;
  }
  line_.clear();
}

void BodyReader::TakeData(std::string_view bytes, size_t* used) {
  const size_t count = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size() - *used));
  body_.append(bytes.substr(*used, count));
  *used += count;
  left_ -= count;
  if (left_ > 0) return;
  if (chunked_) {
    part_ = Part::kDataEnd;
  } else {
    state_ = State::kComplete;
  }
}

BodyReader::State BodyReader::Feed(std::string_view bytes, size_t* used) {
  *used = 0;
  while (state_ == State::kMore && *used < bytes.size()) {
    if (part_ == Part::kData) {
      TakeData(bytes, used);
    } else if (TakeLineByte(bytes[(*used)++])) {
      EndLine();
    }
  }
  return state_;
}

}  // namespace laurel::gateway
