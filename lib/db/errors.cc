#include "lib/db/errors.h"

#include <pqxx/pqxx>

#include "lib/base/strings.h"
#include "lib/db/pool.h"

namespace laurel::db {
namespace {

constexpr char kPayload[] = "laurel/sqlstate";

}  // namespace

absl::Status DatabaseError(absl::StatusCode code, std::string_view sqlstate,
                           std::string_view text) {
  absl::Status status(code, base::ToAbsl(text));
  status.SetPayload(kPayload, absl::Cord(base::ToAbsl(sqlstate)));
  return status;
}

absl::Status SqlError(std::string_view sqlstate, std::string_view text) {
  auto code = absl::StatusCode::kInternal;
  if (sqlstate == "40001" || sqlstate == "40P01") {
    code = absl::StatusCode::kAborted;
  } else if (sqlstate == "23505") {
    code = absl::StatusCode::kAlreadyExists;
  } else if (sqlstate == "57014") {
    code = absl::StatusCode::kDeadlineExceeded;
  } else if (sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03" ||
             sqlstate == "53300" || sqlstate == "25P03") {
    // The server is going down or coming up, has no room for another connection, or has ended a
    // transaction that waited too long for us.
    code = absl::StatusCode::kUnavailable;
  }
  return DatabaseError(code, sqlstate, text);
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
    return SqlError(error.sqlstate(), error.what());
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
