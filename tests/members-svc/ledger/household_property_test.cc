// Random lives of a household, decided as the ledger decides them, without a database: whatever its
// members do, pools and own wallets keep every invariant, and nobody passes a limit.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/members-svc/ledger/ledger_in_memory.h"

namespace laurel::members {
namespace {

using testing::kDay;
using testing::kNow;
using testing::LedgerInMemory;
using testing::WalletKey;

const base::Uuid kHousehold{2, 2};
constexpr int kMembers = 3;
constexpr int64_t kLimit = 90;
constexpr int64_t kAllTogether = 700;

base::Uuid MemberId(int i) { return {9, static_cast<uint64_t>(i) + 1}; }

// Members, the first two of them in a household from the start; the third stays outside.
class Life {
 public:
  Life() : ledger_({Type()}) {
    ledger_.AddOwner(kHousehold, true);
    for (int i = 0; i < kMembers; ++i) ledger_.AddOwner(MemberId(i), false);
    for (int i = 0; i < 2; ++i) {
      Membership membership{
          .household_id = kHousehold, .join_us = kNow, .end_key = {}, .terms = {}};
      if (i == 0) {
        auto* limit = membership.terms.add_limits();
        limit->set_wallet_type("points");
        limit->set_amount(kLimit);
      }
      ledger_.state().memberships[MemberId(i)] = {membership};
    }
    ledger_.state().household_sizes[kHousehold] = 2;
  }

  void Step() {
    ledger_.Advance(*rc::gen::inRange<int64_t>(1, kDay));
    Command command;
    command.member_id = MemberId(*rc::gen::inRange(0, kMembers));
    command.request_key = {7, ++requests_};
    command.content_hash = "c";
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 60);
    switch (*rc::gen::inRange(0, 12)) {
      case 0:
        command.what = TransferPoints{.wallet_type = "",
                                      .to_member_id = MemberId(*rc::gen::inRange(0, kMembers)),
                                      .amount = amount,
                                      .reason = "",
                                      .actor = ""};
        break;
      case 1:
        command.what = ContributePoints{.wallet_type = "", .amount = amount, .actor = ""};
        break;
      case 2:
        command.what = ReservePoints{.wallet_type = "", .amount = amount, .hold = absl::Hours(1)};
        break;
      case 3:
        if (*rc::gen::inRange(0, 4) == 0) command.what = LeaveHousehold{};
        break;
      case 4:
      case 5:
      case 6:
        command.what = Post(false, amount);
        break;
      default:
        command.what = Post(true, amount);
    }
    Decide(command);
  }

  void Check() {
    std::map<WalletKey, int64_t> held;  // nothing ends a reservation here
    for (const auto& [id, reservation] : ledger_.state().reservations) {
      held[{reservation.owner_id, reservation.wallet_no}] += reservation.amount;
    }
    ledger_.CheckWallets(held);
    RC_ASSERT(ledger_.Sums().transferred == 0);
    RC_ASSERT(ledger_.Sums().issued <= kAllTogether);
    RC_ASSERT(used_ <= kLimit);
  }

 private:
  static v1::WalletType Type() {
    v1::WalletType type;
    type.set_code("points");
    type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    type.mutable_expiry()->set_count(5);
    if (*rc::gen::arbitrary<bool>()) {
      type.mutable_expiry()->add_sliding_on(v1::ExpiryPolicy::ACTIVITY_SPEND);
    }
    type.set_pending_days(*rc::gen::inRange(0, 2));
    type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    type.mutable_pool()->set_on_leave(static_cast<v1::LeavePolicy>(*rc::gen::inRange(0, 3)));
    auto* cap = type.add_earning_caps();
    cap->set_scope(v1::CAP_SCOPE_ALL_MEMBERS);
    cap->set_amount(kAllTogether);
    return type;
  }
  static PostPoints Post(bool earn, int64_t amount) {
    return {.earn = earn,
            .wallet_type = "",
            .amount = amount,
            .occur_time = std::nullopt,
            .reason = ""};
  }
  // Counts what the limited member has used of the pool, from the entries.
  void Decide(Command& command) {
    const auto& entries = ledger_.state().entries;
    const size_t before = entries.size();
    const bool leaves = std::holds_alternative<LeaveHousehold>(command.what);
    (void)ledger_.Decide(command);
    for (size_t i = before; i < entries.size(); ++i) {
      const LedgerEntry& entry = entries[i].entry;
      CheckNames(entries[i]);
      const bool uses = entry.kind == v1::ENTRY_KIND_REDEMPTION ||
                        entry.kind == v1::ENTRY_KIND_RESERVE ||
                        entry.kind == v1::ENTRY_KIND_TRANSFER_OUT;
      const bool limited = command.member_id == MemberId(0) && !leaves;
      if (uses && limited && entries[i].wallet.owner_id == kHousehold) used_ -= entry.active_delta;
    }
  }
  static void CheckNames(const WrittenEntry& written) {
    v1::Entry detail;
    RC_ASSERT(detail.ParseFromString(written.entry.detail));
    const bool pool = written.wallet.owner_id == kHousehold;
    RC_ASSERT(pool == !detail.household_id().empty());
    if (pool) RC_ASSERT(detail.member_id().empty() == IsByTime(written.entry));
  }

  LedgerInMemory ledger_;
  uint64_t requests_ = 0;
  int64_t used_ = 0;
};

RC_GTEST_PROP(HouseholdProperty, AnySequenceKeepsEveryInvariant, ()) {
  Life life;
  for (int i = 0; i < 50; ++i) {
    life.Step();
    life.Check();
  }
}

}  // namespace
}  // namespace laurel::members
