// A member's wallets, orders and returns under random campaigns, lots, caps, pendings and expiries:
// the ledger's own decisions, over state in memory. For properties of returns.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_return.h"
#include "members-svc/domain/tier_history.h"
#include "members-svc/ledger/answers.h"
#include "tests/members-svc/ledger/ledger_in_memory.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {

inline const base::Uuid kMember{0x0189000000007000ULL, 0x8000000000000123ULL};
// What an order must leave as it was: per wallet, and per counter that is not zero.
struct Standing {
  int64_t active, pending, reserved, spent, kept, expired;
  Lots lots;
  friend bool operator==(const Standing&, const Standing&) = default;
};
inline void PrintTo(const Standing& s, std::ostream* out) {
  *out << s.active << "/" << s.pending << "/" << s.reserved << " spent " << s.spent << " kept "
       << s.kept << " expired " << s.expired << " lots";
  for (const Lot& lot : s.lots)
    *out << " " << lot.activate_us << ":" << lot.expire_us << ":" << lot.amount;
}
using Counters = std::map<std::tuple<base::Uuid, base::Uuid, int64_t>, std::vector<int64_t>>;

// Per metric, when and how much.
using TierCounts = std::map<std::string, std::map<int64_t, int64_t>>;

class ReturnWorld {
 public:
  // Returns take all that they may, or only what some policy of the wallet types lets them.
  enum class Policy { kUnlimited, kAny };
  explicit ReturnWorld(Dice& dice, Policy policy = Policy::kUnlimited)
      : dice_(dice), policy_(policy), ledger_({AnyType("points"), AnyType("miles")}) {
    ledger_.AddOwner(kMember, false);
    auto& stored = ledger_.state().rules.begin()->second;
    std::vector<v1::Campaign> campaigns;
    for (int64_t i = dice_.In(1, 8); i > 0; --i) campaigns.push_back(AnyCampaign(dice_));
    if (dice_.OneIn(2)) campaigns.push_back(PerAmount(dice_.In(1, 9), dice_.In(1, 500)));
    for (v1::Campaign& campaign : campaigns) {
      AnyLots(campaign);
      if (!GivesNoPoints(campaign)) continue;
      // What is given beside points stays given, and so its limits stay used.
      campaign.clear_member_limit();
      campaign.clear_total_limit();
    }
    ProgramRules rules = RulesOf(std::move(campaigns));
    rules.program_id = stored->program_id;
    rules.wallet_types = stored->wallet_types;
    rules.currency_code = OrderOf({}).currency_code();
    rules.return_mode = dice_.OneIn(2) ? v1::RETURN_MODE_PROPORTIONAL : v1::RETURN_MODE_BY_LINE;
    stored = std::make_shared<const ProgramRules>(std::move(rules));
  }

  // Lots, spends and other orders of before.
  void Live() {
    for (int64_t i = dice_.In(0, 5); i > 0; --i) {
      Try(PostPoints{.wallet_type = Code(),
                     .amount = dice_.In(1, 400),
                     .occur_time = std::nullopt,
                     .reason = ""});
      Pass();
    }
    if (dice_.OneIn(2)) Spend(200);
    for (int64_t i = dice_.In(0, 3); i > 0; --i) Record({});
    Pass();
  }

  std::map<int, Standing> Standings() {
    std::map<int, Standing> out;
    for (const int wallet_no : {1, 2}) {
      Wallet wallet = ledger_.state().wallets.at({kMember, wallet_no})->wallet;
      std::vector<LedgerEntry> due;
      Settle(wallet, ledger_.state().now_us, due);
      out[wallet_no] = StandingOf(wallet);
    }
    return out;
  }
  // As it would stand now if nothing but time had passed since.
  static Standing Later(const Wallet& before, int64_t now_us) {
    Wallet wallet = before;
    std::vector<LedgerEntry> due;
    Settle(wallet, now_us, due);
    return StandingOf(wallet);
  }
  Wallet WalletNow(int wallet_no) const {
    return ledger_.state().wallets.at({kMember, wallet_no})->wallet;
  }
  int64_t now_us() const { return ledger_.state().now_us; }
  void GoTo(int64_t now_us) { ledger_.Advance(now_us - ledger_.state().now_us); }

  Counters CountersNow() const {
    Counters out;
    for (const auto& [key, counter] : ledger_.state().counters) {
      const LimitUse& use = counter.now;
      if (use == LimitUse{}) continue;
      auto& sums =
          out[{key.first, key.second.campaign_id, absl::ToUnixMicros(key.second.period_start)}];
      sums.resize(3);
      sums[0] += use.points;
      sums[1] += use.orders;
      sums[2] += use.amount;
    }
    return out;
  }

  // What tiers count, as their histories are read: of points earned per wallet type, of spend,
  // orders and visits; what comes to nothing at an instant is left out.
  TierCounts TierCountsNow() {
    TierCounts out;
    const auto add = [&out](const std::string& metric, const std::vector<TierAmount>& amounts) {
      for (const TierAmount& one : amounts) out[metric][one.at_us] += one.amount;
      std::erase_if(out[metric], [](const auto& at) { return at.second == 0; });
    };
    std::map<int, std::vector<NotTaken>> not_taken;
    std::vector<BoughtOrder> bought;
    for (const StoredOrder& stored : ledger_.state().orders) {
      v1::Order order;
      EXPECT_TRUE(order.ParseFromString(stored.content));
      BoughtOrder& one = bought.emplace_back();
      one = {stored.occur_us, stored.total_minor_units, true, order.store()};
      const auto known = ledger_.state().orders_to_return.find(stored.order_id);
      if (known == ledger_.state().orders_to_return.end()) continue;
      for (const v1::OrderReturn& back : known->second.returns) {
        one.left_minor_units -= back.amount().minor_units();
        one.anything_left = back.order_state() == v1::ORDER_STATE_PARTLY_RETURNED;
        for (const v1::ReturnedEntry& item : back.entries()) AddNotTaken(item, not_taken);
      }
    }
    for (const auto metric :
         {v1::TIER_METRIC_SPEND, v1::TIER_METRIC_ORDERS, v1::TIER_METRIC_VISITS}) {
      add(v1::TierMetric_Name(metric), BoughtAmounts(metric, bought, absl::UTCTimeZone()));
    }
    for (const int wallet_no : {1, 2}) {
      std::vector<EarningEntry> entries;
      for (const LedgerEntry& entry : ledger_.EntriesOf({kMember, wallet_no})) {
        if (entry.kind != v1::ENTRY_KIND_ACCRUAL && entry.kind != v1::ENTRY_KIND_CLAW_BACK &&
            entry.kind != v1::ENTRY_KIND_CANCELLATION && entry.kind != v1::ENTRY_KIND_REVERSAL) {
          continue;
        }
        entries.push_back({entry.seq, entry.kind, entry.occur_us,
                           entry.active_delta + entry.pending_delta, entry.activate_us,
                           entry.refunded_seq});
      }
      add("wallet " + std::to_string(wallet_no), EarnedAmounts(entries, not_taken[wallet_no]));
    }
    return out;
  }

  // The ids of what was spent.
  std::vector<std::string> SpendSome() {
    std::vector<std::string> ids;
    for (int64_t i = dice_.In(0, 4); i > 0; --i) {
      const std::string id = Spend(150);
      if (!id.empty()) ids.push_back(id);
    }
    return ids;
  }
  std::string Spend(int64_t most) {
    const auto outcome = Run(PostPoints{.earn = false,
                                        .wallet_type = Code(),
                                        .amount = dice_.In(1, most),
                                        .occur_time = std::nullopt,
                                        .reason = ""});
    return outcome.ok() ? std::get<v1::Entry>(*outcome).entry_id() : "";
  }

  v1::Order Record(const std::vector<std::string>& spends) {
    auto request = std::make_shared<v1::RecordOrderRequest>(AnyOrder(dice_));
    request->clear_member_id();
    request->clear_occur_time();
    for (const std::string& id : spends) request->add_spend_entry_ids(id);
    RecordOrder record{.request = request.get()};
    record.owned = request;
    const auto outcome = Run(record);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    v1::Order order = std::get<v1::Order>(*outcome);
    OrderToReturn& known =
        ledger_.state().orders_to_return[*base::DecodeId("ord", order.order_id())];
    known.redemptions = KeysOf(order.spend_entry_ids());
    known.accruals = KeysOf(order.entry_ids());
    return order;
  }

  // Some of some lines; false: nothing is left.
  bool ReturnSome(const v1::Order& order) {
    ReturnOrder back{.order_id = *base::DecodeId("ord", order.order_id()),
                     .order = std::make_shared<const v1::Order>(order)};
    const auto& returns = ledger_.state().orders_to_return.at(back.order_id).returns;
    LinesReturned before(static_cast<size_t>(order.lines_size()));
    if (!returns.empty()) before = LinesReturnedOf(order, returns.back().returned_lines());
    if (AllReturned(before)) return false;
    const bool all = dice_.OneIn(8);
    for (int i = 0; i < order.lines_size() && !all; ++i) {
      const LineReturned& line = before[static_cast<size_t>(i)];
      if (line.whole || dice_.OneIn(2)) continue;
      const int64_t left = order.lines(i).quantity_thousandths() - line.quantity;
      v1::LineToReturn& more = back.lines.emplace_back();
      more.set_line_number(i + 1);
      more.set_quantity_thousandths(left == 0 || dice_.OneIn(3) ? 0 : dice_.In(1, left + 1));
    }
    if (!all && back.lines.empty()) return true;
    back.cancels = all && dice_.OneIn(2);
    const auto outcome = Run(back);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (!outcome.ok()) return false;
    CheckAnswer(std::get<v1::OrderReturn>(*outcome));
    return true;
  }

  // Up to an hour, now and then up to twenty days: the dice have 32 bits, which is 71 minutes.
  void Pass() {
    const int64_t hours = dice_.OneIn(4) ? dice_.In(0, 20 * 24) : 0;
    ledger_.Advance(hours * (kDay / 24) + dice_.In(1, kDay / 24));
  }
  void CheckWallets() { ledger_.CheckWallets({}); }
  Dice& dice() { return dice_; }

  // A claw-back or cancellation by hand of something that the order earned.
  void CorrectByHand(const v1::Order& order) {
    if (order.entry_ids().empty()) return;
    const std::string& id = order.entry_ids(static_cast<int>(dice_.In(0, order.entry_ids_size())));
    const base::Uuid entry_id = *base::DecodeId("ent", id);
    const std::string code = PlaceOf(entry_id).wallet_no == 1 ? "points" : "miles";
    if (dice_.OneIn(2)) {
      Try(ClawBackPoints{.wallet_type = code,
                         .accrual_entry_id = entry_id,
                         .amount = dice_.In(0, 30),
                         .reason = "",
                         .actor = ""});
    } else {
      Try(ReverseEntry{.entry_id = entry_id, .reason = "a mistake", .actor = ""});
    }
  }
  // A refund by hand of something that paid for it.
  void RefundByHand(const v1::Order& order) {
    for (const std::string& id : order.spend_entry_ids()) {
      const base::Uuid entry_id = *base::DecodeId("ent", id);
      if (!dice_.OneIn(3)) continue;
      Try(RefundSpend{.wallet_type = PlaceOf(entry_id).wallet_no == 1 ? "points" : "miles",
                      .spend_entry_id = entry_id,
                      .reason = ""});
    }
  }

 private:
  v1::WalletType AnyType(const std::string& code) {
    v1::WalletType type;
    type.set_code(code);
    type.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
    if (policy_ == Policy::kAny) {
      type.set_claw_back(dice_.OneIn(2) ? v1::CLAW_BACK_POLICY_ONLY_PENDING
                                        : v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
    }
    if (dice_.OneIn(2)) {
      type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
      type.mutable_expiry()->set_count(static_cast<int32_t>(dice_.In(5, 60)));
    }
    if (dice_.OneIn(4)) type.set_pending_days(static_cast<int32_t>(dice_.In(1, 10)));
    for (const v1::CapScope scope : {v1::CAP_SCOPE_PER_MEMBER, v1::CAP_SCOPE_ALL_MEMBERS}) {
      if (!dice_.OneIn(4)) continue;
      auto* cap = type.add_earning_caps();
      cap->set_scope(scope);
      cap->set_amount(dice_.In(1, 600));
      cap->set_period(static_cast<v1::EarningLimit::Period>(dice_.In(0, 5)));
    }
    return type;
  }
  void AnyLots(v1::Campaign& campaign) {
    if (!dice_.OneIn(4)) return;
    if (dice_.OneIn(2)) {
      campaign.mutable_lots()->mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
      campaign.mutable_lots()->mutable_expiry()->set_count(static_cast<int32_t>(dice_.In(1, 40)));
    } else {
      campaign.mutable_lots()->mutable_pending()->set_days(static_cast<int32_t>(dice_.In(1, 10)));
    }
  }
  std::string Code() { return dice_.OneIn(3) ? "miles" : "points"; }

  static Standing StandingOf(const Wallet& wallet) {
    return {wallet.active,
            wallet.pending,
            wallet.reserved,
            wallet.lifetime_spent,
            wallet.lifetime_earned - wallet.lifetime_reversed - wallet.lifetime_expired,
            0,
            wallet.lots};
  }

  template <typename What>
  absl::StatusOr<Outcome> Run(What what) {
    Command command;
    command.member_id = kMember;
    command.request_id = std::to_string(++requests_);
    command.request_key = base::HashedUuid(command.request_id);
    command.content_hash = std::string(16, 'h');
    command.what = std::move(what);
    ledger_.Advance(1);
    return ledger_.Decide(command);
  }

  // What may be refused.
  template <typename What>
  void Try(What what) {
    Run(std::move(what)).status().IgnoreError();
  }

  template <typename Ids>
  static std::vector<EntryKey> KeysOf(const Ids& ids) {
    std::vector<EntryKey> keys;
    for (const std::string& id : ids) {
      const EntryPlace place = PlaceOf(*base::DecodeId("ent", id));
      keys.push_back({kMember, place.wallet_no, place.seq});
    }
    return keys;
  }

  static void AddNotTaken(const v1::ReturnedEntry& item,
                          std::map<int, std::vector<NotTaken>>& out) {
    if (item.refund()) return;
    const EntryPlace place = PlaceOf(*base::DecodeId("ent", item.entry_id()));
    for (const v1::NotMoved& part : item.not_moved()) {
      if (part.reason() == v1::NOT_MOVED_REASON_CORRECTED) continue;
      out[place.wallet_no].push_back({place.seq, part.points()});
    }
  }

  void CheckAnswer(const v1::OrderReturn& answer) {
    for (const v1::ReturnedEntry& item : answer.entries()) {
      int64_t not_moved = 0;
      for (const v1::NotMoved& part : item.not_moved()) {
        not_moved += part.points();
        if (policy_ == Policy::kAny) continue;
        EXPECT_NE(part.reason(), v1::NOT_MOVED_REASON_POLICY) << "without limit it takes all";
      }
      EXPECT_EQ(item.points_due(), item.points_moved() + not_moved);
    }
  }

  Dice& dice_;
  const Policy policy_;
  LedgerInMemory ledger_;
  int requests_ = 0;
};

}  // namespace laurel::members::testing
