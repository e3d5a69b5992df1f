#include "members-svc/store/program_store.h"

#include "lib/auth/caller.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// What has no column of its own.
std::string SettingsOf(v1::Program program) {
  program.clear_program_id();
  program.clear_display_name();
  program.clear_currency_code();
  program.clear_time_zone();
  program.clear_max_backdating_days();
  program.clear_create_time();
  program.clear_etag();
  return program.SerializeAsString();
}

}  // namespace

absl::StatusOr<std::optional<ProgramRow>> FindProgram(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_program", program_id));
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows[0];
  ProgramRow out;
  if (!out.program.ParseFromString(row.Bytes(7))) {
    return absl::InternalError("stored settings of a programme do not parse");
  }
  out.program.set_program_id(base::EncodeId("prg", program_id));
  out.program.set_display_name(std::string(row.Text(0)));
  out.program.set_currency_code(std::string(row.Text(1)));
  out.program.set_time_zone(std::string(row.Text(2)));
  out.program.set_max_backdating_days(static_cast<int32_t>(row.Int(3)));
  out.rules_version = row.Int(4);
  out.content = row.Bytes(5);
  base::SetTimestamp(row.Time(6), out.program.mutable_create_time());
  out.settings_version = static_cast<int>(row.Int(8));
  out.program.set_etag("v" + std::to_string(out.settings_version));
  return out;
}

absl::StatusOr<ProgramRow> GetProgramRow(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(auto row, FindProgram(tx, program_id));
  if (!row) return auth::ProgramNotFound();
  return *std::move(row);
}

absl::StatusOr<bool> InsertProgram(db::Tx& tx, const base::Uuid& program_id,
                                   const v1::Program& program, std::string_view content) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query("insert_program", program_id, program.display_name(), program.currency_code(),
               program.time_zone(), program.max_backdating_days(), db::Bytes{content},
               base::FromTimestamp(program.create_time()), db::Bytes{SettingsOf(program)}));
  return inserted.affected() == 1;
}

absl::Status UpdateProgramRow(db::Tx& tx, const base::Uuid& program_id, const v1::Program& program,
                              int version, std::string_view principal, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows updated,
      tx.Query("update_program", program_id, program.display_name(), program.max_backdating_days(),
               db::Bytes{SettingsOf(program)}, version));
  if (updated.affected() != 1) return db::Conflict("the programme has newer settings");
  v1::Program stored = program;
  stored.clear_etag();
  return tx
      .Query("insert_program_change", program_id, version, db::Bytes{stored.SerializeAsString()},
             principal, now)
      .status();
}

absl::Status RaiseRulesVersion(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows raised, tx.Query("raise_rules_version", program_id));
  return raised.affected() == 1 ? absl::OkStatus() : auth::ProgramNotFound();
}

absl::StatusOr<std::vector<WalletTypeRules>> ListWalletTypeRows(db::Tx& tx,
                                                                const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_wallet_types", program_id));
  std::vector<WalletTypeRules> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    out[i].wallet_no = static_cast<int>(rows[i].Int(0));
    if (!out[i].policy.ParseFromString(rows[i].Bytes(1))) {
      return absl::InternalError("a stored wallet type does not parse");
    }
  }
  return out;
}

absl::StatusOr<size_t> InsertWalletTypes(db::Tx& tx, const base::Uuid& program_id,
                                         const std::vector<WalletTypeRules>& types) {
  db::ArrayBuilder policies;
  for (const WalletTypeRules& type : types) {
    policies.Add(db::Bytes{type.policy.SerializeAsString()});
  }
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query(
          "insert_wallet_types", program_id,
          db::ArrayOf(types, [](const WalletTypeRules& t) { return t.wallet_no; }),
          db::ArrayOf(types,
                      [](const WalletTypeRules& t) { return std::string_view(t.policy.code()); }),
          policies.Take()));
  return inserted.affected();
}

}  // namespace laurel::members
