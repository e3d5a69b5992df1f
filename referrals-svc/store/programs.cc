#include "referrals-svc/store/programs.h"

#include "lib/status/error.h"

namespace laurel::referrals::store {
namespace {

absl::StatusOr<v1::ReferralProgram> Parse(const db::Row& row, int column) {
  v1::ReferralProgram program;
  if (!program.ParseFromString(row.Bytes(column)))
    return absl::InternalError("a referral programme does not parse");
  return program;
}

}  // namespace

absl::Status ProgramNotFound() {
  return status::NotFound("REFERRAL_PROGRAM_NOT_FOUND", "There is no such referral programme.");
}

absl::Status InsertProgram(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& id,
                           const v1::ReferralProgram& program) {
  LAUREL_RETURN_IF_ERROR(tx.Query("ensure_referral_graph", program_id).status());
  const std::string definition = program.SerializeAsString();
  return tx.Query("insert_referral_program", program_id, id, db::Bytes{definition}).status();
}

absl::StatusOr<v1::ReferralProgram> GetProgram(db::Tx& tx, const base::Uuid& program_id,
                                               const base::Uuid& id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("get_referral_program", program_id, id));
  if (rows.empty()) return ProgramNotFound();
  return Parse(rows[0], 0);
}

absl::StatusOr<std::vector<v1::ReferralProgram>> ListPrograms(db::Tx& tx,
                                                              const base::Uuid& program_id,
                                                              const base::Uuid& after,
                                                              int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_referral_programs", program_id, after, limit));
  std::vector<v1::ReferralProgram> programs;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(v1::ReferralProgram program, Parse(rows[i], 0));
    programs.push_back(std::move(program));
  }
  return programs;
}

absl::StatusOr<absl::flat_hash_map<base::Uuid, v1::ReferralProgram>> LoadPrograms(
    db::Tx& tx, const std::vector<std::pair<base::Uuid, base::Uuid>>& ids) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("load_referral_programs", db::ArrayOf(ids, [](const auto& id) { return id.first; }),
               db::ArrayOf(ids, [](const auto& id) { return id.second; })));
  absl::flat_hash_map<base::Uuid, v1::ReferralProgram> programs;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(v1::ReferralProgram program, Parse(rows[i], 1));
    programs.emplace(rows[i].Uuid(0), std::move(program));
  }
  return programs;
}

}  // namespace laurel::referrals::store
