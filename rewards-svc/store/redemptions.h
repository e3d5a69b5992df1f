// Reads and writes of redemptions and their coupon codes; no rules.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "rewards-svc/domain/redemption.h"

namespace laurel::rewards {

// The columns of a redemption as every statement names them, in their order.
Redemption RedemptionFromRow(const db::Row& row);
// How many columns that are.
inline constexpr int kRedemptionColumns = 20;

struct RedemptionName {
  base::Uuid program_id;
  base::Uuid redemption_id;
};
absl::StatusOr<std::optional<Redemption>> FindRedemption(db::Tx& tx, const RedemptionName& name);
// The same, locked until the transaction ends: its first lock.
absl::StatusOr<std::optional<Redemption>> LoadRedemptionForUpdate(db::Tx& tx,
                                                                  const RedemptionName& name);

struct MemberName {
  base::Uuid program_id;
  base::Uuid member_id;
};
// At most `limit` redemptions of a member with ids below `before`, descending.
absl::StatusOr<std::vector<Redemption>> ListRedemptions(db::Tx& tx, const MemberName& member,
                                                        const base::Uuid& before, int64_t limit);

// A pending redemption with its coupon code. Claimed until doubt_until.
absl::Status InsertRedemption(db::Tx& tx, const Redemption& redemption);

// ISSUED → USED; empty when it is no longer ISSUED.
absl::StatusOr<std::optional<Redemption>> UseRedemption(db::Tx& tx, const Redemption& redemption,
                                                        absl::Time now);

}  // namespace laurel::rewards
