#include "referrals-svc/store/codes.h"

#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::referrals::store {
namespace {

int BucketOfCode(const std::string& code) { return base::BucketOf(base::HashedUuid(code)); }

}  // namespace

absl::Status CodeNotFound() { return status::NotFound("CODE_NOT_FOUND", "There is no such code."); }

absl::StatusOr<std::optional<std::string>> FindCodeOf(db::Tx& tx, const CodeOwner& owner) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("get_member_code", base::BucketOf(owner.member_id),
                                   owner.member_id, owner.referral_program_id));
  if (rows.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::string(rows[0].Text(0)));
}

absl::StatusOr<bool> ClaimCode(db::Tx& tx, const CodeOwner& owner, const std::string& code,
                               absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows claimed,
                          tx.Query("claim_referral_code", BucketOfCode(code), owner.program_id,
                                   code, owner.referral_program_id, owner.member_id));
  if (claimed.affected() == 0) return false;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query("insert_member_code", base::BucketOf(owner.member_id), owner.member_id,
               owner.referral_program_id, owner.program_id, code, now));
  if (inserted.affected() == 0) return db::Conflict("the member has just got a code");
  return true;
}

absl::StatusOr<CodeOwner> FindCodeOwner(db::Tx& tx, const base::Uuid& program_id,
                                        const std::string& code) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_referral_code", BucketOfCode(code), program_id, code));
  if (rows.empty()) return CodeNotFound();
  return CodeOwner{program_id, rows[0].Uuid(0), rows[0].Uuid(1)};
}

}  // namespace laurel::referrals::store
