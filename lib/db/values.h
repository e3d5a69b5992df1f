// What goes into statements and comes out of them, without pqxx types.
//
// Conventions of all schemas: ids are uuid, times are bigint microseconds since 1970 (columns end
// in _us), bytes are bytea, amounts are bigint. Parameters travel as text, arrays as array
// literals made by ArrayOf; those of hot statements in binary, as Columns. Results are text, or
// binary when they come through a Pipeline: Row reads both.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/uuid.h"

namespace laurel::db {

// Bytes on their way into a bytea parameter.
struct Bytes {
  std::string_view data;
};

// Where a row lies (ctid), as it was read: as long as nobody has written it.
struct Place {
  std::array<char, 6> bytes = {};
};

// The text form of one parameter; empty optional: NULL.
using Param = std::optional<std::string>;

Param ToParam(std::nullopt_t);
Param ToParam(int64_t value);
Param ToParam(bool value);
Param ToParam(std::string_view value);
Param ToParam(const char* value);
Param ToParam(const base::Uuid& value);
Param ToParam(Bytes value);
Param ToParam(absl::Time value);  // microseconds since 1970
inline Param ToParam(int value) { return ToParam(static_cast<int64_t>(value)); }
inline Param ToParam(const std::string& value) { return ToParam(std::string_view(value)); }
template <typename T>
Param ToParam(const std::optional<T>& value) {
  return value ? ToParam(*value) : Param();
}

// Builds an array literal element by element: `ArrayBuilder a; a.Add(1); a.Take()` is "{1}".
class ArrayBuilder {
 public:
  ArrayBuilder() { text_.push_back('{'); }
  void Add(int64_t value);
  void Add(int value) { Add(static_cast<int64_t>(value)); }
  void Add(absl::Time value);
  void Add(const base::Uuid& value);
  void Add(Bytes value);
  void Add(std::string_view value);  // quoted and escaped
  void AddNull();
  // The finished literal; the builder is empty again.
  std::string Take();

 private:
  void Separate();
  std::string text_;
};

template <typename Range, typename Projection>
std::string ArrayOf(const Range& range, Projection projection) {
  ArrayBuilder out;
  for (const auto& item : range) out.Add(projection(item));
  return out.Take();
}

// A whole array parameter in PostgreSQL's binary form: half the work of text on both sides. The
// statement's parameter must be an array of exactly the column's type, and all parameters of the
// statement must be columns.
struct Column {
  std::string binary;
};

// Element types: int16_t smallint, int32_t int, int64_t bigint, base::Uuid uuid, Bytes bytea, Place
// tid.
template <typename T>
class ColumnBuilder {
 public:
  ColumnBuilder();
  void Add(const T& value);
  void AddNull();
  // The finished column; the builder is empty again.
  Column Take();
  size_t size() const { return size_; }

 private:
  std::string binary_;
  int32_t size_ = 0;
  bool has_null_ = false;
};

template <typename T, typename Range, typename Projection>
Column ColumnOf(const Range& range, Projection projection) {
  ColumnBuilder<T> out;
  for (const auto& item : range) out.Add(projection(item));
  return out.Take();
}

// One parameter in binary form, of exactly the statement's type: smallint, int, bigint, uuid,
// bytea.
template <typename T>
Column Scalar(const T& value);

// One row of a result. Columns by position, in the order of the statement. Reading a NULL through
// anything but IsNull or Optional… is a broken invariant.
class Row {
 public:
  Row(const void* result, size_t index, bool binary)
      : result_(result), index_(index), binary_(binary) {}
  bool IsNull(int column) const;
  int64_t Int(int column) const;
  bool Bool(int column) const;
  std::string_view Text(int column) const;
  std::string Bytes(int column) const;
  base::Uuid Uuid(int column) const;
  absl::Time Time(int column) const;
  db::Place Place(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;
  std::optional<base::Uuid> OptionalUuid(int column) const;

 private:
  std::string_view Value(int column) const;

  const void* result_;
  size_t index_;
  bool binary_;
};

class Rows {
 public:
  Rows();
  // Of a pqxx::result, whose values are text, and of a PGresult in binary form.
  static Rows Text(std::shared_ptr<const void> result, size_t size, size_t affected);
  static Rows Binary(std::shared_ptr<const void> result, size_t size, size_t affected);
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Row operator[](size_t index) const { return {result_.get(), index, binary_}; }
  // Rows that an INSERT, UPDATE or DELETE touched.
  size_t affected() const { return affected_; }

 private:
  Rows(std::shared_ptr<const void> result, size_t size, size_t affected, bool binary);

  std::shared_ptr<const void> result_;
  size_t size_ = 0;
  size_t affected_ = 0;
  bool binary_ = false;
};

}  // namespace laurel::db
