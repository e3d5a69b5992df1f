#include "members-svc/domain/caps.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/calendar.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

// What `room` lets in of `amount`; 0: refused.
int64_t Within(pb::CapEffect effect, int64_t room, int64_t amount) {
  if (amount <= room) return amount;
  return effect == pb::CAP_EFFECT_REFUSE ? 0 : std::max<int64_t>(room, 0);
}

int64_t HeldBy(const Wallet& wallet) { return wallet.active + wallet.pending + wallet.reserved; }

// `room` is below zero where the balance is above it already.
absl::Status BalanceCapReached(int64_t room) {
  return status::Refused("BALANCE_CAP_REACHED",
                         "The balance would be above the greatest that the wallet type allows.",
                         {{"room", absl::StrCat(std::max<int64_t>(room, 0))}});
}

pb::CapCut& AddCut(int64_t used, int64_t before, int64_t let_in, CutLog& log) {
  pb::CapCut& cut = log.cuts.emplace_back();
  cut.set_used(used);
  cut.set_points_before(before);
  cut.set_points_let_in(let_in);
  return cut;
}

void TellCap(const pb::EarningCap& cap, absl::Time period_start, pb::CapCut& cut) {
  *cut.mutable_earning_cap() = cap;
  if (period_start == absl::UnixEpoch()) return;
  base::SetTimestamp(period_start, cut.mutable_period_start());
}

}  // namespace

bool IsForAllMembers(const pb::EarningCap& cap) { return cap.scope() == pb::CAP_SCOPE_ALL_MEMBERS; }

bool HasCapForAllMembers(const pb::WalletType& policy) {
  return std::any_of(policy.earning_caps().begin(), policy.earning_caps().end(), IsForAllMembers);
}

CounterKey CounterOf(const LimitKey& key, const CapCountersOf& of) {
  return {key.of_all ? of.program_id : of.member_id, key};
}

std::vector<CounterKey> CapCountersFor(const WalletTypeRules& type, const CapCountersOf& of,
                                       absl::Time occur, absl::TimeZone zone) {
  std::vector<CounterKey> keys;
  keys.reserve(static_cast<size_t>(type.policy.earning_caps_size()));
  for (const pb::EarningCap& cap : type.policy.earning_caps()) {
    keys.push_back(CounterOf({base::HashedUuid(absl::StrCat("earning cap/", type.wallet_no, "/",
                                                            static_cast<int>(cap.period()))),
                              PeriodStart(cap.period(), occur, zone), IsForAllMembers(cap)},
                             of));
  }
  return keys;
}

absl::Status CheckMaxBalance(const Wallet& wallet, const pb::WalletType& policy, int64_t amount) {
  if (policy.max_balance() == 0) return absl::OkStatus();
  const int64_t room = policy.max_balance() - HeldBy(wallet);
  return amount <= room ? absl::OkStatus() : BalanceCapReached(room);
}

absl::StatusOr<int64_t> ApplyCaps(const pb::WalletType& policy, const Wallet& wallet,
                                  int64_t amount, const std::vector<int64_t>& used, CutLog* log) {
  LAUREL_CHECK(used.size() == static_cast<size_t>(policy.earning_caps_size()));
  for (size_t i = 0; i < used.size(); ++i) {
    const pb::EarningCap& cap = policy.earning_caps(static_cast<int>(i));
    const int64_t before = amount;
    amount = Within(cap.effect(), cap.amount() - used[i], amount);
    if (log != nullptr && amount < before) {
      TellCap(cap, log->counters[i].second.period_start, AddCut(used[i], before, amount, *log));
    }
    if (amount == 0) {
      return status::Refused("EARNING_CAP_REACHED",
                             "What the wallet type allows to be earned in this period is earned.",
                             {{"room", absl::StrCat(std::max<int64_t>(cap.amount() - used[i], 0))},
                              {"scope", pb::CapScope_Name(cap.scope())}});
    }
  }
  if (policy.max_balance() == 0) return amount;
  const int64_t held = HeldBy(wallet);
  const int64_t room = policy.max_balance() - held;
  const int64_t before = amount;
  amount = Within(policy.max_balance_effect(), room, amount);
  if (log != nullptr && amount < before) {
    AddCut(held, before, amount, *log).set_max_balance(policy.max_balance());
  }
  return amount > 0 ? absl::StatusOr<int64_t>(amount) : BalanceCapReached(room);
}

absl::StatusOr<Capped> CapAccrual(const WalletTypeRules& type, const CapCountersOf& of,
                                  const CappedAccrual& accrual,
                                  absl::FunctionRef<int64_t(const CounterKey&)> earned) {
  Capped capped;
  capped.counters = CapCountersFor(type, of, accrual.occur, accrual.zone);
  std::vector<int64_t> used;
  used.reserve(capped.counters.size());
  for (const CounterKey& key : capped.counters) used.push_back(earned(key));
  CutLog log{capped.counters, {}};
  LAUREL_ASSIGN_OR_RETURN(capped.amount,
                          ApplyCaps(type.policy, accrual.wallet, accrual.amount, used, &log));
  capped.cuts = std::move(log.cuts);
  return capped;
}

}  // namespace laurel::members
