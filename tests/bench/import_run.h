// The import, timed: the program itself on a folder, into a programme of its own.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace laurel::bench {

struct ImportResult {
  int64_t orders = 0;
  double seconds = 0;
  double orders_per_second = 0;
};

// `importer` is the path of laurel-import; `folder` empty: a made-up year of `baskets` baskets.
absl::StatusOr<ImportResult> RunImport(const std::string& importer, const std::string& folder,
                                       int baskets);

}  // namespace laurel::bench
