// How much of an accrual the caps of its wallet type let in: pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// Whose counter, and of what: the member's id, or the programme's for all members together.
using CounterKey = std::pair<base::Uuid, LimitKey>;

bool IsForAllMembers(const members::v1::EarningCap& cap);
bool HasCapForAllMembers(const members::v1::WalletType& policy);

struct CapCountersOf {
  base::Uuid program_id;
  base::Uuid member_id;
};
// Where a counter that an order uses stands.
CounterKey CounterOf(const LimitKey& key, const CapCountersOf& of);

// The counters of what has been earned in the periods that hold `occur`, one per earning cap, in
// the order of the policy. They stand among the counters of campaigns, under an id that is made of
// wallet number and period.
std::vector<CounterKey> CapCountersFor(const WalletTypeRules& type, const CapCountersOf& of,
                                       absl::Time occur, absl::TimeZone zone);

// Where ApplyCaps tells which caps cut, so that the amount can be computed again.
struct CutLog {
  const std::vector<CounterKey>& counters;  // of CapCountersFor
  std::vector<members::v1::CapCut> cuts;
};

// Whether the policy's max_balance has room for all of `amount`. FAILED_PRECONDITION,
// BALANCE_CAP_REACHED, which says how much fits.
absl::Status CheckMaxBalance(const Wallet& wallet, const members::v1::WalletType& policy,
                             int64_t amount);

// What is let in of `amount`, above zero: each cap is applied to what those before it let in, then
// the greatest balance. `used` is how much was earned under each of CapCountersFor; the wallet has
// been settled. FAILED_PRECONDITION, EARNING_CAP_REACHED or BALANCE_CAP_REACHED when a cap refuses,
// or trims all of it away.
absl::StatusOr<int64_t> ApplyCaps(const members::v1::WalletType& policy, const Wallet& wallet,
                                  int64_t amount, const std::vector<int64_t>& used,
                                  CutLog* log = nullptr);

// What caps let in of an accrual, the counters that it adds that to, and the caps that cut it.
struct Capped {
  int64_t amount = 0;
  std::vector<CounterKey> counters;
  std::vector<members::v1::CapCut> cuts;
};
struct CappedAccrual {
  const Wallet& wallet;  // settled
  int64_t amount;        // above zero
  absl::Time occur;
  absl::TimeZone zone;
};
// ApplyCaps to what one member earns; `earned` says how much a counter has. Errors as of ApplyCaps.
absl::StatusOr<Capped> CapAccrual(const WalletTypeRules& type, const CapCountersOf& of,
                                  const CappedAccrual& accrual,
                                  absl::FunctionRef<int64_t(const CounterKey&)> earned);

}  // namespace laurel::members
