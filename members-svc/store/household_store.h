// Rows of households, for what does not move points.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/household.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// Keeps the memberships of a member, and of a household where one is given, to this transaction
// until it ends: requests of the ledger that read them wait.
absl::Status LockMemberships(db::Tx& tx, const base::Uuid& member_id,
                             const std::optional<base::Uuid>& household_id);

// The household that a member is in.
absl::StatusOr<std::optional<base::Uuid>> FindHousehold(db::Tx& tx, const base::Uuid& program_id,
                                                        const base::Uuid& member_id);
// Its members; NOT_FOUND, HOUSEHOLD_NOT_FOUND when it has none in this programme.
absl::StatusOr<v1::Household> GetHouseholdRow(db::Tx& tx, const base::Uuid& program_id,
                                              const base::Uuid& household_id);
// Makes the owner of a household's pools.
absl::Status InsertHousehold(db::Tx& tx, const base::Uuid& program_id,
                             const base::Uuid& household_id, absl::Time now);
// FAILED_PRECONDITION, ALREADY_IN_HOUSEHOLD.
struct NewMembership {
  base::Uuid program_id;
  base::Uuid household_id;
  base::Uuid member_id;
};
absl::Status InsertHouseholdMember(db::Tx& tx, const NewMembership& membership, absl::Time now);

// Whose wallet a member's wallet of this type is: its household's, or its own.
absl::StatusOr<base::Uuid> WalletOwnerOf(db::Tx& tx, const base::Uuid& program_id,
                                         const base::Uuid& member_id, const WalletTypeRules& type);

absl::Status HouseholdNotFound();

}  // namespace laurel::members
