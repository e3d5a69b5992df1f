// Turns what pqxx throws into absl::Status; see pool.h for the codes. Private to lib/db.
#pragma once

#include <functional>
#include <string_view>

#include "absl/status/status.h"

namespace laurel::db {

// A database error: code, SQLSTATE (may be empty), text for the log.
absl::Status DatabaseError(absl::StatusCode code, std::string_view sqlstate, std::string_view text);

// What the server said with this SQLSTATE.
absl::Status SqlError(std::string_view sqlstate, std::string_view text);

// Runs `work` and catches everything that pqxx throws.
absl::Status Catching(const std::function<void()>& work);

}  // namespace laurel::db
