// The rows that did not go in, and why. Written as CSV (file, row, reason, record) so that people
// and programs can read it; `record` is the row as it stands in its file, bytes that are not UTF-8
// as \xNN.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace laurel::import {

struct Reject {
  std::string file;
  int64_t row = 0;
  std::string reason;
  std::string record;
};

// Thread-safe.
class Rejects {
 public:
  void Add(Reject reject);
  size_t size() const;
  // By file and row.
  std::vector<Reject> Sorted() const;
  // Writes them all to `path`, replacing it. UNAVAILABLE, FILE_NOT_WRITTEN.
  absl::Status Write(const std::string& path) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Reject> rejects_;
};

}  // namespace laurel::import
