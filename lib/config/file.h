// Small files: certificates, keys, peers, the ready file. Whole files only, up to 16 MB.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace laurel::config {

// The whole file. NOT_FOUND or UNAVAILABLE with the path and what the system said.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Writes through a temporary file beside it and a rename, so that a reader sees all or nothing.
absl::Status WriteFileAtomically(const std::string& path, std::string_view content);

}  // namespace laurel::config
