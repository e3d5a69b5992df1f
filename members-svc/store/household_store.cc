#include "members-svc/store/household_store.h"

#include <algorithm>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/ledger/load_households.h"

namespace laurel::members {

absl::Status LockMemberships(db::Tx& tx, const base::Uuid& member_id,
                             const std::optional<base::Uuid>& household_id) {
  // As the ledger does: members first, then households.
  const auto lock = [&](const base::Uuid& id) {
    return tx
        .Query(
            "lock_memberships",
            db::ColumnOf<int64_t>(std::vector{MembershipLock(id)}, [](int64_t key) { return key; }),
            db::ColumnOf<int32_t>(std::vector{1}, [](int alone) { return alone; }))
        .status();
  };
  LAUREL_RETURN_IF_ERROR(lock(member_id));
  return household_id ? lock(*household_id) : absl::OkStatus();
}

absl::StatusOr<std::optional<base::Uuid>> FindHousehold(db::Tx& tx, const base::Uuid& program_id,
                                                        const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_household", base::BucketOf(member_id),
                                                        member_id, program_id));
  if (rows.empty()) return std::nullopt;
  return rows[0].Uuid(0);
}

absl::StatusOr<v1::Household> GetHouseholdRow(db::Tx& tx, const base::Uuid& program_id,
                                              const base::Uuid& household_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_household_members", household_id, program_id));
  if (rows.empty()) return HouseholdNotFound();
  v1::Household out;
  out.set_household_id(base::EncodeId("hsh", household_id));
  for (size_t i = 0; i < rows.size(); ++i) {
    Membership membership{
        .household_id = household_id, .join_us = rows[i].Int(1), .end_key = {}, .terms = {}};
    if (!membership.terms.ParseFromString(rows[i].Bytes(2))) {
      return absl::InternalError("the limits of a membership do not parse");
    }
    *out.add_members() = ToProto(membership, rows[i].Uuid(0));
  }
  return out;
}

absl::Status InsertHousehold(db::Tx& tx, const base::Uuid& program_id,
                             const base::Uuid& household_id, absl::Time now) {
  return tx
      .Query("insert_household_owner", base::BucketOf(household_id), household_id, program_id, now)
      .status();
}

absl::Status InsertHouseholdMember(db::Tx& tx, const NewMembership& membership, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("insert_household_member", base::BucketOf(membership.member_id),
               membership.member_id, now, membership.program_id, membership.household_id));
  if (!rows.empty()) return absl::OkStatus();
  return status::Refused("ALREADY_IN_HOUSEHOLD", "The member is in a household.");
}

absl::StatusOr<base::Uuid> WalletOwnerOf(db::Tx& tx, const base::Uuid& program_id,
                                         const base::Uuid& member_id, const WalletTypeRules& type) {
  if (!type.policy.has_pool()) return member_id;
  LAUREL_ASSIGN_OR_RETURN(const auto household, FindHousehold(tx, program_id, member_id));
  return household.value_or(member_id);
}

absl::Status HouseholdNotFound() {
  return status::NotFound("HOUSEHOLD_NOT_FOUND", "No such household.");
}

}  // namespace laurel::members
