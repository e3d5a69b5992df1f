#include "cli/import/csv.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

constexpr size_t kNone = std::string_view::npos;

absl::Status Refused(const std::string& why) {
  return status::Error(absl::StatusCode::kInvalidArgument, "FILE_REFUSED", why);
}

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// The length of the UTF-8 character at `text`; 0: there is none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool beyond = first == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

size_t FindControl(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return i;
  }
  return kNone;
}

}  // namespace

size_t FindInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    // Eight bytes of ASCII at a time.
    uint64_t word = 0;
    if (text.size() - at >= sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
      if ((word & 0x8080808080808080ULL) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    const size_t length = CharacterLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return kNone;
}

std::string CsvField(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == kNone) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

absl::StatusOr<CsvReader> CsvReader::Open(std::string_view text) {
  if (StartsWith(text, "\xFF\xFE") || StartsWith(text, "\xFE\xFF")) {
    return Refused("the file is UTF-16; it has to be UTF-8");
  }
  if (StartsWith(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvReader reader(text);
  Record record;
  if (text.empty() || !reader.Read(&record)) return Refused("the file is empty");
  if (!record.problem.empty()) {
    return Refused(absl::StrCat("the header cannot be read: ", record.problem));
  }
  std::set<std::string_view> seen;
  for (const std::string_view name : record.fields) {
    if (!seen.insert(name).second) {
      return Refused(absl::StrCat("the header names the column '", std::string(name), "' twice"));
    }
    reader.header_.emplace_back(name);
  }
  return reader;
}

absl::StatusOr<std::vector<size_t>> CsvReader::Columns(
    const std::vector<std::string>& columns) const {
  std::vector<size_t> places;
  std::vector<std::string> missing;
  for (const std::string& column : columns) {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end()) missing.push_back(column);
    places.push_back(static_cast<size_t>(found - header_.begin()));
  }
  if (missing.empty()) return places;
  return Refused(absl::StrCat("the header lacks ", missing.size() == 1 ? "the column " : "columns ",
                              absl::StrJoin(missing, ", "), " (it has ",
                              absl::StrJoin(header_, ", "), ")"));
}

bool CsvReader::Next(Record* record) {
  while (Read(record)) {
    if (!record->raw.empty()) return true;
  }
  return false;
}

void CsvReader::CutBack(std::string problem, Record* record) {
  const auto start = static_cast<size_t>(record->raw.data() - text_.data());
  const size_t end = CutToLine(start, record);
  Close(start, end, record);
  record->problem = std::move(problem);
}

void CsvReader::Close(size_t start, size_t end, Record* record) {
  record->at_end = end == text_.size();
  at_ = record->at_end ? end : end + 1;
  record->raw = text_.substr(start, end - start);
  if (!record->raw.empty() && record->raw.back() == '\r') record->raw.remove_suffix(1);
}

bool CsvReader::Read(Record* record) {
  if (at_ >= text_.size()) return false;
  const size_t start = at_;
  record->row = ++row_;
  record->problem.clear();
  unescaped_.clear();
  size_t end = ReadFields(start, record);
  if (record->problem.empty() && !header_.empty() && record->fields.size() != header_.size() &&
      end > start) {
    record->problem = absl::StrCat("has ", record->fields.size(), " columns where the header has ",
                                   header_.size());
  }
  // What went wrong may have begun with a quote that swallowed lines which are sound.
  if (!record->problem.empty()) end = CutToLine(start, record);
  Close(start, end, record);
  const size_t wrong = FindInvalidUtf8(record->raw);
  if (wrong != kNone) {
    record->problem = absl::StrCat("is not UTF-8 (byte ", wrong + 1, " of the row)");
  } else if (record->problem.empty()) {
    const size_t control = FindControl(record->raw);
    if (control != kNone) {
      record->problem = absl::StrCat("holds a control character (byte ", control + 1, ")");
    }
  }
  return true;
}

size_t CsvReader::ReadFields(size_t at, Record* record) {
  record->fields.clear();
  for (;;) {
    at = at < text_.size() && text_[at] == '"' ? ReadQuoted(at, record) : ReadPlain(at, record);
    if (!record->problem.empty()) return at;
    if (at < text_.size() && text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n') {
      return at + 1;
    }
    if (at >= text_.size() || text_[at] == '\n') return at;
    if (text_[at] == '\r') {
      record->problem = "holds a carriage return that ends no line";
      return at;
    }
    ++at;  // the comma
  }
}

size_t CsvReader::ReadPlain(size_t at, Record* record) {
  const size_t start = at;
  while (at < text_.size() && text_[at] != ',' && text_[at] != '\n' && text_[at] != '\r') {
    if (text_[at] == '"') {
      record->problem = "has a quote inside a field that does not start with one";
      return at;
    }
    ++at;
  }
  record->fields.push_back(text_.substr(start, at - start));
  return at;
}

size_t CsvReader::ReadQuoted(size_t at, Record* record) {
  const size_t start = ++at;
  bool doubled = false;
  for (;;) {
    at = text_.find('"', at);
    if (at == kNone) {
      record->problem = "has a quote that is never closed";
      return text_.size();
    }
    if (at + 1 >= text_.size() || text_[at + 1] != '"') break;
    doubled = true;
    at += 2;
  }
  std::string_view value = text_.substr(start, at - start);
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (size_t i = 0; i < value.size(); ++i) {
      plain.push_back(value[i]);
      if (value[i] == '"') ++i;
    }
    value = plain;
  }
  record->fields.push_back(value);
  ++at;
  if (at < text_.size() && text_[at] != ',' && text_[at] != '\n' && text_[at] != '\r') {
    record->problem = "goes on after a closing quote";
  }
  return at;
}

size_t CsvReader::CutToLine(size_t start, Record* record) const {
  size_t end = text_.find('\n', start);
  if (end == kNone) end = text_.size();
  std::string_view line = text_.substr(start, end - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  // Its fields as far as commas tell, for whoever looks for an id among them.
  record->fields.clear();
  for (;;) {
    const size_t comma = line.find(',');
    record->fields.push_back(line.substr(0, comma));
    if (comma == kNone) return end;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace laurel::import
