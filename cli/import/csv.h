// A strict reader of CSV as RFC 4180 has it: quoted fields with doubled quotes, commas and line
// ends inside them; LF or CRLF. A byte order mark of UTF-8 is skipped. What does not fit is a
// record with a problem, never a guess, and the reader goes on at the next line: a stray quote
// costs its own line, not the rest of the file.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::import {

// One row of a file. Its views live as long as the file's text; those of fields with doubled quotes
// until the next call of Next().
struct Record {
  // As an editor counts where no field holds a line end: the header is row 1, blank rows count.
  int64_t row = 0;
  std::vector<std::string_view> fields;
  // The row as it stands in the file, without its line end.
  std::string_view raw;
  // Why the row cannot be read; empty: it can.
  std::string problem;
  // The text ends in this row, without a line end: the file may have been cut here.
  bool at_end = false;
};

class CsvReader {
 public:
  // Takes the header. INVALID_ARGUMENT, FILE_REFUSED for a file that is empty, not UTF-8 (UTF-16 is
  // recognised), or whose header cannot be read or names a column twice.
  static absl::StatusOr<CsvReader> Open(std::string_view text);

  const std::vector<std::string>& header() const { return header_; }
  // Where each of `columns` stands in a row. INVALID_ARGUMENT, FILE_REFUSED names all that are
  // missing.
  absl::StatusOr<std::vector<size_t>> Columns(const std::vector<std::string>& columns) const;

  // The next row that is not blank; false at the end of the file.
  bool Next(Record* record);
  // Takes back what Next() has just read as one row over several lines: it becomes a row of its
  // first line alone, with `problem`, and the reader goes on at the second. For columns that hold
  // no line ends, where two stray quotes would swallow the rows between them.
  void CutBack(std::string problem, Record* record);

 private:
  explicit CsvReader(std::string_view text) : text_(text) {}

  bool Read(Record* record);
  // Reads fields from `at`; the place behind the record. Sets `problem` where it does not fit.
  size_t ReadFields(size_t at, Record* record);
  size_t ReadQuoted(size_t at, Record* record);
  size_t ReadPlain(size_t at, Record* record);
  // The record becomes its first line alone; where that ends.
  size_t CutToLine(size_t start, Record* record) const;
  // The record is text_[start, end); the reader stands behind it.
  void Close(size_t start, size_t end, Record* record);

  std::string_view text_;
  size_t at_ = 0;
  int64_t row_ = 0;
  std::vector<std::string> header_;
  // Fields that are not a piece of the text as it stands.
  std::deque<std::string> unescaped_;
};

// Where `text` stops being UTF-8 (overlong forms, surrogates and beyond U+10FFFF included); npos:
// all of it is.
size_t FindInvalidUtf8(std::string_view text);

// A field for a CSV file: in quotes where it has to be.
std::string CsvField(std::string_view value);

}  // namespace laurel::import
