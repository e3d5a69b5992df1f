// Households in the ledger: whose wallet a member's is, and how much of a pool it may use. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/household.pb.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

inline constexpr int kMaxHouseholdMembers = 32;
// The state in members of what owns pools and is no person.
inline constexpr int kHouseholdState = 3;

// A membership, over or not.
struct Membership {
  base::Uuid household_id;
  int64_t join_us = 0;
  int64_t end_us = 0;                      // 0: it goes on
  base::Uuid end_key;                      // of the request that ended it
  members::v1::HouseholdMembership terms;  // nothing but limits
  bool ended_now = false;
};
members::v1::HouseholdMembership ToProto(const Membership& membership, const base::Uuid& member_id);

bool HasPools(const ProgramRules& rules);

// How much a member may use of a pool in the period that holds `now`, and the counter of what it
// has used: among the counters of campaigns, under the household's id.
struct PoolLimit {
  CounterKey counter;
  int64_t amount = 0;
};
struct PoolUser {
  const Membership& membership;
  base::Uuid member_id;
};
std::optional<PoolLimit> PoolLimitOf(const WalletTypeRules& type, const PoolUser& user,
                                     absl::Time now, absl::TimeZone zone);
// FAILED_PRECONDITION, HOUSEHOLD_LIMIT_REACHED.
absl::Status CheckPoolLimit(const PoolLimit& limit, int64_t used, int64_t amount);

// What an entry of a pool brought it, or took, of the member that acted. What only time did is
// nobody's.
bool IsByTime(const LedgerEntry& entry);

// INVALID_ARGUMENT, HOUSEHOLD_LIMITS_INVALID: a wallet type that is no pool, or stands twice;
// NOT_FOUND, WALLET_TYPE_NOT_FOUND.
absl::Status ValidateLimits(const members::v1::SetHouseholdLimitsRequest& request,
                            const ProgramRules& rules);

// FAILED_PRECONDITION, NOT_IN_HOUSEHOLD.
absl::Status NotInHousehold();

}  // namespace laurel::members
