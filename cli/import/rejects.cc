#include "cli/import/rejects.h"

#include <algorithm>
#include <fstream>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/import/csv.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

std::string Readable(std::string_view bytes) {
  std::string out;
  for (size_t at = FindInvalidUtf8(bytes); at != std::string_view::npos;
       at = FindInvalidUtf8(bytes)) {
    out.append(bytes.substr(0, at));
    out.append(absl::StrFormat("\\x%02X", static_cast<unsigned char>(bytes[at])));
    bytes.remove_prefix(at + 1);
  }
  out.append(bytes);
  return out;
}

}  // namespace

void Rejects::Add(Reject reject) {
  reject.record = Readable(reject.record);
  const std::scoped_lock lock(mutex_);
  rejects_.push_back(std::move(reject));
}

size_t Rejects::size() const {
  const std::scoped_lock lock(mutex_);
  return rejects_.size();
}

std::vector<Reject> Rejects::Sorted() const {
  std::vector<Reject> out;
  {
    const std::scoped_lock lock(mutex_);
    out = rejects_;
  }
  std::stable_sort(out.begin(), out.end(), [](const Reject& a, const Reject& b) {
    return std::tie(a.file, a.row) < std::tie(b.file, b.row);
  });
  return out;
}

absl::Status Rejects::Write(const std::string& path) const {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << "file,row,reason,record\n";
  for (const Reject& reject : Sorted()) {
    file << CsvField(reject.file) << ',' << reject.row << ',' << CsvField(reject.reason) << ','
         << CsvField(reject.record) << '\n';
  }
  file.close();
  if (file.good()) return absl::OkStatus();
  return status::Error(absl::StatusCode::kUnavailable, "FILE_NOT_WRITTEN",
                       absl::StrCat("cannot write ", path));
}

}  // namespace laurel::import
