#include "lib/db/values.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <pqxx/pqxx>

#include "lib/base/big_endian.h"
#include "lib/base/check.h"

namespace laurel::db {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void AppendInt(int64_t value, std::string* out) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, end.ptr);
}

void AppendHex(std::string_view data, std::string* out) {
  const size_t start = out->size();
  out->resize(start + 2 * data.size());
  char* to = out->data() + start;
  for (const char c : data) {
    *to++ = kHex[static_cast<uint8_t>(c) >> 4];
    *to++ = kHex[static_cast<uint8_t>(c) & 0xF];
  }
}

constexpr std::array<int8_t, 256> kFromHex = [] {
  std::array<int8_t, 256> table{};
  for (size_t i = 0; i < kHex.size(); ++i) {
    table[static_cast<uint8_t>(kHex[i])] = static_cast<int8_t>(i);
  }
  return table;
}();
int FromHex(char c) { return kFromHex[static_cast<uint8_t>(c)]; }

pqxx::field FieldOf(const void* result, size_t index, int column) {
  return (*static_cast<const pqxx::result*>(
      result))[static_cast<pqxx::result::size_type>(index)][column];
}

}  // namespace

Param ToParam(std::nullopt_t) { return std::nullopt; }
Param ToParam(int64_t value) { return std::to_string(value); }
Param ToParam(bool value) { return std::string(value ? "t" : "f"); }
Param ToParam(std::string_view value) { return std::string(value); }
Param ToParam(const char* value) { return std::string(value); }
Param ToParam(const base::Uuid& value) { return base::ToString(value); }
Param ToParam(absl::Time value) { return std::to_string(absl::ToUnixMicros(value)); }
Param ToParam(Bytes value) {
  std::string out = "\\x";
  AppendHex(value.data, &out);
  return out;
}

void ArrayBuilder::Separate() {
  if (text_.size() > 1) text_.push_back(',');
}
void ArrayBuilder::Add(int64_t value) {
  Separate();
  AppendInt(value, &text_);
}
void ArrayBuilder::Add(absl::Time value) { Add(absl::ToUnixMicros(value)); }
void ArrayBuilder::Add(const base::Uuid& value) {
  Separate();
  text_ += base::ToString(value);
}
void ArrayBuilder::Add(Bytes value) {
  Separate();
  text_ += "\"\\\\x";
  AppendHex(value.data, &text_);
  text_.push_back('"');
}
void ArrayBuilder::Add(std::string_view value) {
  Separate();
  text_.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') text_.push_back('\\');
    text_.push_back(c);
  }
  text_.push_back('"');
}
void ArrayBuilder::AddNull() {
  Separate();
  text_ += "NULL";
}
std::string ArrayBuilder::Take() {
  text_.push_back('}');
  std::string out = std::move(text_);
  text_ = "{";
  return out;
}

namespace {

// What array_recv of PostgreSQL 15 reads: dimensions, a flag for nulls, the element's type, then
// per dimension its size and lower bound, then the elements, each behind its length (-1: null); all
// integers 32 bits, big-endian. An empty array has no dimension.
constexpr size_t kHeaderSize = 20;

template <typename T>
size_t BinarySize(const T& value) {
  if constexpr (std::is_same_v<T, Bytes>) return value.data.size();
  return sizeof(T);
}

template <typename T>
void PutBinary(const T& value, char* to) {
  if constexpr (std::is_same_v<T, base::Uuid>) {
    base::PutBigEndian(value.high, to);
    base::PutBigEndian(value.low, to + sizeof(value.high));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    value.data.copy(to, value.data.size());
  } else if constexpr (std::is_same_v<T, Place>) {
    std::copy(value.bytes.begin(), value.bytes.end(), to);
  } else {
    base::PutBigEndian(value, to);
  }
}

template <typename T>
constexpr int32_t kTypeOid = 0;  // of pg_type
template <>
constexpr int32_t kTypeOid<int16_t> = 21;
template <>
constexpr int32_t kTypeOid<int32_t> = 23;
template <>
constexpr int32_t kTypeOid<int64_t> = 20;
template <>
constexpr int32_t kTypeOid<base::Uuid> = 2950;
template <>
constexpr int32_t kTypeOid<Bytes> = 17;
template <>
constexpr int32_t kTypeOid<Place> = 27;

}  // namespace

template <typename T>
ColumnBuilder<T>::ColumnBuilder() : binary_(kHeaderSize, '\0') {}

template <typename T>
void ColumnBuilder<T>::Add(const T& value) {
  ++size_;
  const size_t at = binary_.size();
  binary_.resize(at + sizeof(int32_t) + BinarySize(value));
  base::PutBigEndian(static_cast<int32_t>(BinarySize(value)), binary_.data() + at);
  PutBinary(value, binary_.data() + at + sizeof(int32_t));
}

template <typename T>
void ColumnBuilder<T>::AddNull() {
  ++size_;
  has_null_ = true;
  base::AppendBigEndian(int32_t{-1}, &binary_);
}

template <typename T>
Column ColumnBuilder<T>::Take() {
  char* header = binary_.data();
  base::PutBigEndian(int32_t{size_ > 0}, header);
  base::PutBigEndian(int32_t{has_null_}, header + 4);
  base::PutBigEndian(kTypeOid<T>, header + 8);
  base::PutBigEndian(size_, header + 12);
  base::PutBigEndian(int32_t{1}, header + 16);
  if (size_ == 0) binary_.resize(12);
  Column column{std::move(binary_)};
  *this = ColumnBuilder();
  return column;
}

template <typename T>
Column Scalar(const T& value) {
  Column column{std::string(BinarySize(value), '\0')};
  PutBinary(value, column.binary.data());
  return column;
}
template Column Scalar(const int16_t&);
template Column Scalar(const int32_t&);
template Column Scalar(const int64_t&);
template Column Scalar(const base::Uuid&);
template Column Scalar(const Bytes&);

template class ColumnBuilder<int16_t>;
template class ColumnBuilder<int32_t>;
template class ColumnBuilder<int64_t>;
template class ColumnBuilder<base::Uuid>;
template class ColumnBuilder<Bytes>;
template class ColumnBuilder<Place>;

bool Row::IsNull(int column) const {
  if (!binary_) return FieldOf(result_, index_, column).is_null();
  return PQgetisnull(static_cast<const PGresult*>(result_), static_cast<int>(index_), column) == 1;
}
std::string_view Row::Value(int column) const {
  LAUREL_CHECK(!IsNull(column));
  if (!binary_) {
    const pqxx::field field = FieldOf(result_, index_, column);
    return {field.c_str(), field.size()};
  }
  const auto* const result = static_cast<const PGresult*>(result_);
  const int index = static_cast<int>(index_);
  return {PQgetvalue(result, index, column),
          static_cast<size_t>(PQgetlength(result, index, column))};
}
int64_t Row::Int(int column) const {
  const std::string_view text = Value(column);
  if (binary_) {
    switch (text.size()) {
      case sizeof(int16_t):
        return base::GetBigEndian<int16_t>(text.data());
      case sizeof(int32_t):
        return base::GetBigEndian<int32_t>(text.data());
      default:
        LAUREL_CHECK(text.size() == sizeof(int64_t));
        return base::GetBigEndian<int64_t>(text.data());
    }
  }
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  LAUREL_CHECK(parsed.ec == std::errc() && parsed.ptr == text.data() + text.size());
  return value;
}
bool Row::Bool(int column) const { return Value(column) == (binary_ ? "\1" : "t"); }
std::string_view Row::Text(int column) const { return Value(column); }
std::string Row::Bytes(int column) const {
  const std::string_view text = Value(column);
  if (binary_) return std::string(text);
  LAUREL_CHECK(text.size() >= 2 && text[0] == '\\' && text[1] == 'x');
  std::string out((text.size() - 2) / 2, '\0');
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>(FromHex(text[2 + 2 * i]) << 4 | FromHex(text[3 + 2 * i]));
  }
  return out;
}
base::Uuid Row::Uuid(int column) const {
  const std::string_view text = Value(column);
  if (binary_) {
    LAUREL_CHECK(text.size() == 2 * sizeof(uint64_t));
    return {base::GetBigEndian<uint64_t>(text.data()),
            base::GetBigEndian<uint64_t>(text.data() + sizeof(uint64_t))};
  }
  const auto id = base::ParseUuid(text);
  LAUREL_CHECK(id.has_value());
  return *id;
}
db::Place Row::Place(int column) const {
  const std::string_view text = Value(column);
  db::Place place;
  if (binary_) {
    LAUREL_CHECK(text.size() == place.bytes.size());
    text.copy(place.bytes.data(), place.bytes.size());
    return place;
  }
  // (block,number)
  const size_t comma = text.find(',');
  LAUREL_CHECK(text.size() > 2 && comma != std::string_view::npos);
  uint32_t block = 0;
  uint16_t number = 0;
  const auto first = std::from_chars(text.data() + 1, text.data() + comma, block);
  const auto second =
      std::from_chars(text.data() + comma + 1, text.data() + text.size() - 1, number);
  LAUREL_CHECK(first.ec == std::errc() && second.ec == std::errc());
  base::PutBigEndian(block, place.bytes.data());
  base::PutBigEndian(number, place.bytes.data() + sizeof(block));
  return place;
}
absl::Time Row::Time(int column) const { return absl::FromUnixMicros(Int(column)); }
std::optional<absl::Time> Row::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}
std::optional<base::Uuid> Row::OptionalUuid(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Uuid(column);
}

Rows::Rows() = default;
Rows::Rows(std::shared_ptr<const void> result, size_t size, size_t affected, bool binary)
    : result_(std::move(result)), size_(size), affected_(affected), binary_(binary) {}
Rows Rows::Text(std::shared_ptr<const void> result, size_t size, size_t affected) {
  return {std::move(result), size, affected, false};
}
Rows Rows::Binary(std::shared_ptr<const void> result, size_t size, size_t affected) {
  return {std::move(result), size, affected, true};
}

}  // namespace laurel::db
