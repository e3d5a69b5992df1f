#include "lib/db/errors.h"

#include <pqxx/pqxx>

#include "lib/base/strings.h"
#include "lib/db/pool.h"

namespace laurel::db {
namespace {

constexpr char kPayload[] = "laurel/sqlstate";

absl::Status FromSqlError(const pqxx::sql_error& error) {
  const std::string state = error.sqlstate();
  if (state == "40001" || state == "40P01") {
    return DatabaseError(absl::StatusCode::kAborted, state, error.what());
  }
  if (state == "23505") {
    return DatabaseError(absl::StatusCode::kAlreadyExists, state, error.what());
  }
  if (state == "57014") {
    return DatabaseError(absl::StatusCode::kDeadlineExceeded, state, error.what());
  }
  // The server is going down or coming up, or has no room for another connection.
  if (state == "57P01" || state == "57P02" || state == "57P03" || state == "53300") {
    return DatabaseError(absl::StatusCode::kUnavailable, state, error.what());
  }
  return DatabaseError(absl::StatusCode::kInternal, state, error.what());
}

}  // namespace

absl::Status DatabaseError(absl::StatusCode code, std::string_view sqlstate,
                           std::string_view text) {
  absl::Status status(code, base::ToAbsl(text));
  status.SetPayload(kPayload, absl::Cord(base::ToAbsl(sqlstate)));
  return status;
}

absl::Status Catching(const std::function<void()>& work) {
  // The order matters: serialization_failure, deadlock_detected, in_doubt_error and
  // broken_connection are no sql_error.
  try {
    work();
    return absl::OkStatus();
  } catch (const pqxx::in_doubt_error& error) {
    return DatabaseError(absl::StatusCode::kUnknown, "", error.what());
  } catch (const pqxx::transaction_rollback& error) {
    return DatabaseError(absl::StatusCode::kAborted, "40001", error.what());
  } catch (const pqxx::unique_violation& error) {
    return DatabaseError(absl::StatusCode::kAlreadyExists, "23505", error.what());
  } catch (const pqxx::sql_error& error) {
    return FromSqlError(error);
  } catch (const pqxx::broken_connection& error) {
    return DatabaseError(absl::StatusCode::kUnavailable, "", error.what());
  } catch (const std::exception& error) {
    return DatabaseError(absl::StatusCode::kInternal, "", error.what());
  }
}

absl::Status Conflict(std::string_view what) {
  return DatabaseError(absl::StatusCode::kAborted, "40001", what);
}

bool IsDatabaseError(const absl::Status& status) { return status.GetPayload(kPayload).has_value(); }

std::string SqlStateOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  return payload ? std::string(*payload) : "";
}

}  // namespace laurel::db
