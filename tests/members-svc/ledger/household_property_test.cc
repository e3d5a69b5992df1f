// Random lives of a household, decided as the ledger decides them, without a database: whatever its
// members do, pools and own wallets keep every invariant, and nobody passes a limit.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "lib/crypto/personal.h"
#include "members-svc/domain/lot_replay.h"
#include "members-svc/domain/verify.h"
#include "members-svc/ledger/decider.h"
#include "members-svc/store/campaign_cache.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using testing::kDay;
using testing::kNow;

const base::Uuid kProgram{1, 1};
const base::Uuid kHousehold{2, 2};
constexpr int kMembers = 3;
constexpr int64_t kLimit = 90;
constexpr int64_t kAllTogether = 700;

base::Uuid MemberId(int i) { return {9, static_cast<uint64_t>(i) + 1}; }

// Members, the first two of them in a household from the start; the third stays outside.
class Life {
 public:
  Life() {
    auto rules = std::make_shared<ProgramRules>();
    rules->program_id = kProgram;
    rules->time_zone = absl::UTCTimeZone();
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
    rules->wallet_types = {{.wallet_no = 1, .policy = type}};
    state_.rules[kProgram] = rules;
    state_.now_us = kNow;
    AddOwner(kHousehold, true);
    for (int i = 0; i < kMembers; ++i) AddOwner(MemberId(i), false);
    for (int i = 0; i < 2; ++i) {
      Membership membership{
          .household_id = kHousehold, .join_us = kNow, .end_key = {}, .terms = {}};
      if (i == 0) {
        auto* limit = membership.terms.add_limits();
        limit->set_wallet_type("points");
        limit->set_amount(kLimit);
      }
      state_.memberships[MemberId(i)] = {membership};
    }
    state_.household_sizes[kHousehold] = 2;
  }

  void Step() {
    state_.now_us += *rc::gen::inRange<int64_t>(1, kDay);
    Command command;
    command.program_id = kProgram;
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
    AccountSums all;
    for (const auto& [key, head] : state_.wallets) {
      std::vector<LedgerEntry> entries;
      LotReplay replay([](int64_t) { return 0; });
      for (const WrittenEntry& written : state_.entries) {
        if (written.wallet.owner_id != key.first) continue;
        entries.push_back(written.entry);
        RC_ASSERT(replay.Apply(written.entry).empty());
        CheckNames(written);
      }
      AccountSums own;
      for (const auto& fault :
           VerifyWallet(head->id, head->wallet, entries, head->wallet.reserved, own)) {
        RC_FAIL("seq " + std::to_string(fault.seq) + ": " + fault.what);
      }
      RC_ASSERT(replay.OpenLots() == head->wallet.lots);
      all.issued += own.issued;
      all.transferred += own.transferred;
    }
    RC_ASSERT(all.transferred == 0);
    RC_ASSERT(all.issued <= kAllTogether);
    RC_ASSERT(used_ <= kLimit);
  }

 private:
  static PostPoints Post(bool earn, int64_t amount) {
    return {.earn = earn,
            .wallet_type = "",
            .amount = amount,
            .occur_time = std::nullopt,
            .reason = ""};
  }
  void AddOwner(const base::Uuid& id, bool household) {
    state_.members[id] = {kProgram, false, household};
    auto head = std::make_unique<WalletState>();
    head->id = {kProgram, id, 1};
    state_.wallets[{id, 1}] = std::move(head);
  }
  // What the limited member has used of the pool, counted from the entries.
  void Decide(const Command& command) {
    const size_t before = state_.entries.size();
    const AttemptDeps deps{ids_, *index_, campaigns_};
    Decider decider(deps, state_);
    const bool leaves = std::holds_alternative<LeaveHousehold>(command.what);
    (void)decider.Decide(command, command.member_id);
    for (size_t i = before; i < state_.entries.size() && !leaves; ++i) {
      const LedgerEntry& entry = state_.entries[i].entry;
      const bool uses = entry.kind == v1::ENTRY_KIND_REDEMPTION ||
                        entry.kind == v1::ENTRY_KIND_RESERVE ||
                        entry.kind == v1::ENTRY_KIND_TRANSFER_OUT;
      if (uses && state_.entries[i].wallet.owner_id == kHousehold &&
          command.member_id == MemberId(0)) {
        used_ -= entry.active_delta;
      }
    }
  }
  static void CheckNames(const WrittenEntry& written) {
    v1::Entry detail;
    RC_ASSERT(detail.ParseFromString(written.entry.detail));
    const bool pool = written.wallet.owner_id == kHousehold;
    RC_ASSERT(pool == !detail.household_id().empty());
    if (pool) RC_ASSERT(detail.member_id().empty() == IsByTime(written.entry));
  }

  base::IdSource ids_;
  std::unique_ptr<crypto::BlindIndex> index_ =
      std::make_unique<crypto::BlindIndex>(*crypto::BlindIndex::Make(std::string(64, 'b')));
  CampaignCache campaigns_;
  BatchState state_;
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
