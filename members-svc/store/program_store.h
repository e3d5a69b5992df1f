// Rows of programmes and wallet types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

struct ProgramRow {
  v1::Program program;
  int64_t rules_version = 0;
  std::string content;  // SHA-256 of what it was made from
  int settings_version = 1;
};
absl::StatusOr<std::optional<ProgramRow>> FindProgram(db::Tx& tx, const base::Uuid& program_id);
// NOT_FOUND, PROGRAM_NOT_FOUND.
absl::StatusOr<ProgramRow> GetProgramRow(db::Tx& tx, const base::Uuid& program_id);

// False: the id is taken. `program.create_time` is stored as given, and every field that is set:
// those without a column of their own in the column `settings`.
absl::StatusOr<bool> InsertProgram(db::Tx& tx, const base::Uuid& program_id,
                                   const v1::Program& program, std::string_view content);

// Stores the settings of `program` as version `version`, over the version before, and who has
// changed them. Call RaiseRulesVersion first. kAborted when the version before is no longer the
// newest.
absl::Status UpdateProgramRow(db::Tx& tx, const base::Uuid& program_id, const v1::Program& program,
                              int version, std::string_view principal, absl::Time now);

// To be called before a change of the programme's rules is read or written: raises the version,
// which locks the programme against other changes. NOT_FOUND, PROGRAM_NOT_FOUND.
absl::Status RaiseRulesVersion(db::Tx& tx, const base::Uuid& program_id);

// By number.
absl::StatusOr<std::vector<WalletTypeRules>> ListWalletTypeRows(db::Tx& tx,
                                                                const base::Uuid& program_id);
// How many were written; those whose code is taken are not.
absl::StatusOr<size_t> InsertWalletTypes(db::Tx& tx, const base::Uuid& program_id,
                                         const std::vector<WalletTypeRules>& types);

}  // namespace laurel::members
