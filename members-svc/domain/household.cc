#include "members-svc/domain/household.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/calendar.h"

namespace laurel::members {

v1::HouseholdMembership ToProto(const Membership& membership, const base::Uuid& member_id) {
  v1::HouseholdMembership out = membership.terms;
  out.set_household_id(base::EncodeId("hsh", membership.household_id));
  out.set_member_id(base::EncodeId("mem", member_id));
  base::SetTimestamp(absl::FromUnixMicros(membership.join_us), out.mutable_join_time());
  if (membership.end_us != 0) {
    base::SetTimestamp(absl::FromUnixMicros(membership.end_us), out.mutable_leave_time());
  }
  return out;
}

bool HasPools(const ProgramRules& rules) {
  return std::any_of(rules.wallet_types.begin(), rules.wallet_types.end(),
                     [](const WalletTypeRules& type) { return type.policy.has_pool(); });
}

std::optional<PoolLimit> PoolLimitOf(const WalletTypeRules& type, const PoolUser& user,
                                     absl::Time now, absl::TimeZone zone) {
  for (const v1::HouseholdLimit& limit : user.membership.terms.limits()) {
    if (limit.wallet_type() != type.policy.code()) continue;
    const base::Uuid id = base::HashedUuid(
        absl::StrCat("household limit/", type.wallet_no, "/", static_cast<int>(limit.period()), "/",
                     base::ToString(user.member_id), "/", user.membership.join_us));
    return PoolLimit{{user.membership.household_id, {id, PeriodStart(limit.period(), now, zone)}},
                     limit.amount()};
  }
  return std::nullopt;
}

absl::Status CheckPoolLimit(const PoolLimit& limit, int64_t used, int64_t amount) {
  const int64_t room = std::max<int64_t>(limit.amount - used, 0);
  if (amount <= room) return absl::OkStatus();
  return status::Refused("HOUSEHOLD_LIMIT_REACHED",
                         "The member may not use as much of the household's points in this period.",
                         {{"room", absl::StrCat(room)}});
}

bool IsByTime(const LedgerEntry& entry) {
  switch (entry.kind) {
    case v1::ENTRY_KIND_EXPIRY:
      return true;
    case v1::ENTRY_KIND_ACTIVATION:
    case v1::ENTRY_KIND_CANCELLATION:
      return entry.refunded_seq == 0;
    default:
      return false;
  }
}

absl::Status ValidateLimits(const v1::SetHouseholdLimitsRequest& request,
                            const ProgramRules& rules) {
  std::set<int> seen;
  std::vector<status::Violation> violations;
  for (int i = 0; i < request.limits_size(); ++i) {
    const v1::HouseholdLimit& limit = request.limits(i);
    const std::string at = absl::StrCat("limits[", i, "].");
    const WalletTypeRules* type = rules.FindWalletType(limit.wallet_type());
    if (type == nullptr) {
      return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
    }
    if (!type->policy.has_pool()) violations.push_back({at + "walletType", "is no pool"});
    if (!seen.insert(type->wallet_no).second) {
      violations.push_back({at + "walletType", "stands twice"});
    }
    if (!v1::EarningLimit::Period_IsValid(limit.period())) {
      violations.push_back({at + "period", "is not known"});
    }
    if (limit.amount() < 0) violations.push_back({at + "amount", "must not be below 0"});
  }
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("HOUSEHOLD_LIMITS_INVALID", violations);
}

absl::Status NotInHousehold() {
  return status::Refused("NOT_IN_HOUSEHOLD", "The member is in no household.");
}

}  // namespace laurel::members
