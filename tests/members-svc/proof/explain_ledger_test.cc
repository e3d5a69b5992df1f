// Ten thousand entries as they are recorded, in batches, with limits, caps, campaigns that date
// their points otherwise and campaigns that change in between: each is explained through the
// service, and the inputs that the explanation names give the entry's amount again.
#include <gtest/gtest.h>

#include <thread>

#include "members-svc/domain/calendar.h"
#include "members-svc/domain/explain.h"
#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/proof/history.h"
#include "tests/members-svc/random_campaigns.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members {
namespace {

using testing::AnyCampaign;
using testing::AnyOrder;
using testing::Dice;
using testing::GivesNoPoints;
using testing::kProgram;
using testing::World;

constexpr int64_t kEntries = 10000;
constexpr int64_t kMostEntries = 4 * kEntries;
constexpr int kMembers = 60;
const std::vector<std::string> kTypes = {"points", "miles", "stars", "gems"};

v1::WalletType TypeOf(const std::string& code) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular(code);
  type.set_plural(code);
  return type;
}

v1::EarningCap Cap(int64_t amount, v1::EarningLimit::Period period, v1::CapEffect effect,
                   v1::CapScope scope) {
  v1::EarningCap cap;
  cap.set_amount(amount);
  cap.set_period(period);
  cap.set_effect(effect);
  cap.set_scope(scope);
  return cap;
}

std::vector<v1::WalletType> Types() {
  v1::WalletType points = TypeOf("points");
  points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  points.mutable_expiry()->set_count(40);
  *points.add_earning_caps() =
      Cap(4000, v1::EarningLimit::PERIOD_DAY, v1::CAP_EFFECT_TRIM, v1::CAP_SCOPE_PER_MEMBER);
  *points.add_earning_caps() =
      Cap(700000, v1::EarningLimit::PERIOD_WEEK, v1::CAP_EFFECT_TRIM, v1::CAP_SCOPE_ALL_MEMBERS);
  points.set_max_balance(12000);
  points.set_max_balance_effect(v1::CAP_EFFECT_TRIM);
  v1::WalletType miles = TypeOf("miles");
  miles.set_pending_days(2);
  *miles.add_earning_caps() = Cap(5000, v1::EarningLimit::PERIOD_UNSPECIFIED, v1::CAP_EFFECT_REFUSE,
                                  v1::CAP_SCOPE_PER_MEMBER);
  *miles.add_earning_caps() =
      Cap(6000, v1::EarningLimit::PERIOD_MONTH, v1::CAP_EFFECT_TRIM, v1::CAP_SCOPE_PER_MEMBER);
  v1::WalletType stars = TypeOf("stars");
  *stars.add_earning_caps() =
      Cap(50000, v1::EarningLimit::PERIOD_DAY, v1::CAP_EFFECT_TRIM, v1::CAP_SCOPE_ALL_MEMBERS);
  return {points, miles, stars, TypeOf("gems")};
}

// What was recorded, and what was asked for where it was no order.
class Recording : public testing::World {
 public:
  explicit Recording(uint32_t seed) : dice_(seed) {
    MakeProgram(Types());
    auto club = Numbered<v1::CreateTierSetRequest>();  // random conditions ask for it
    *club.mutable_tier_set() =
        testing::SetOf({0, 100, 200}, v1::TIER_WINDOW_LIFETIME, v1::TierDowngrade::FORM_NONE);
    v1::CreateTierSetResponse made;
    Check(handlers::CreateTierSet(process->deps, process->call, club, &made));
    for (int i = 0; i < kMembers; ++i) members.push_back(Enrol("m" + std::to_string(i)));
    // What caps cut is seldom, and differs from seed to seed: the history goes on until it is
    // there.
    for (int64_t accruals = 0; accruals < kEntries || (!EnoughCuts() && accruals < kMostEntries);
         accruals = Accruals()) {
      EditCampaigns();
      RecordOrders();
      PostPoints();
      clock.Advance(absl::Minutes(dice_.In(60, 700)));
    }
  }

  std::vector<std::string> members;
  std::map<std::string, int64_t> asked;  // by request id
  int edits = 0;

 private:
  int64_t Accruals() {
    return std::stoll(database.Admin("SELECT count(*) FROM entries WHERE kind = 1")[0]);
  }
  template <typename Request>
  Request Numbered() {
    Request request;
    request.set_program_id(kProgram);
    request.set_request_id("r" + std::to_string(++requests_));
    return request;
  }
  void EditCampaigns() {
    for (int64_t i = dice_.In(0, 3); i >= 0 && active_.size() < 12; --i) {
      auto request = Numbered<v1::CreateCampaignRequest>();
      request.set_activate(true);
      *request.mutable_campaign() = AnyCampaign(dice_);
      v1::Campaign& campaign = *request.mutable_campaign();
      campaign.set_display_name("campaign");
      campaign.clear_version();
      if (campaign.wallet_type().empty()) {
        const std::vector<std::string> types = {"points", "points", "stars", "gems"};
        campaign.set_wallet_type(dice_.Of(types));
      }
      if (!campaign.has_multiplier() && !GivesNoPoints(campaign) && dice_.OneIn(2)) {
        campaign.mutable_lots()->mutable_pending()->set_days(static_cast<int32_t>(dice_.In(1, 4)));
      }
      v1::CreateCampaignResponse response;
      Check(handlers::CreateCampaign(process->deps, process->call, request, &response));
      active_.push_back(response.campaign().campaign_id());
    }
    const size_t at = static_cast<size_t>(dice_.In(0, static_cast<int64_t>(active_.size())));
    auto pause = Numbered<v1::PauseCampaignRequest>();
    pause.set_campaign_id(active_[at]);
    v1::PauseCampaignResponse paused;
    Check(handlers::PauseCampaign(process->deps, process->call, pause, &paused));
    ++edits;
    if (dice_.OneIn(3)) {
      active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    auto activate = Numbered<v1::ActivateCampaignRequest>();
    activate.set_campaign_id(active_[at]);
    v1::ActivateCampaignResponse activated;
    Check(handlers::ActivateCampaign(process->deps, process->call, activate, &activated));
  }
  void RecordOrders() {
    v1::BatchRecordOrdersRequest batch;
    batch.set_program_id(kProgram);
    for (int i = 0; i < 200; ++i) {
      v1::RecordOrderRequest& order = *batch.add_requests();
      order = AnyOrder(dice_);
      order.set_currency_code("USD");
      order.set_request_id("r" + std::to_string(++requests_));
      order.set_member_id(dice_.Of(members));
      *order.mutable_occur_time() =
          base::ToTimestamp(clock.Now() - absl::Minutes(dice_.In(0, 3000)));
    }
    v1::BatchRecordOrdersResponse response;
    Check(process->Call(handlers::BatchRecordOrders, batch, &response));
    for (const auto& result : response.results()) EXPECT_TRUE(result.has_order());
  }
  void PostPoints() {
    v1::BatchPostPointsRequest batch;
    batch.set_program_id(kProgram);
    for (int i = 0; i < 100; ++i) {
      const auto fill = [&](auto& post, int64_t most) {
        post = Numbered<std::remove_cvref_t<decltype(post)>>();
        post.set_member_id(dice_.Of(members));
        post.set_wallet_type(dice_.Of(kTypes));
        post.set_amount(dice_.In(1, most));
        asked[post.request_id()] = post.amount();
      };
      auto* post = batch.add_posts();
      dice_.OneIn(2) ? fill(*post->mutable_earn(), 2000) : fill(*post->mutable_spend(), 4000);
    }
    v1::BatchPostPointsResponse response;
    Check(process->Call(handlers::BatchPostPoints, batch, &response));
    for (const auto& result : response.results()) {
      for (const v1::CapCut& cut : result.entry().cap_cuts()) {
        if (!cut.has_earning_cap())
          ++cuts_by_balance_;
        else if (cut.earning_cap().scope() == v1::CAP_SCOPE_PER_MEMBER)
          ++cuts_by_member_;
        else
          ++cuts_by_all_;
      }
    }
  }
  bool EnoughCuts() const {
    return cuts_by_member_ > 20 && cuts_by_all_ > 2 && cuts_by_balance_ > 5;
  }

  Dice dice_;
  int requests_ = 0;
  int cuts_by_member_ = 0, cuts_by_all_ = 0, cuts_by_balance_ = 0;  // of posts
  std::vector<std::string> active_;
};

class Explaining {
 public:
  Explaining(Recording& world, const std::string& wallet_type)
      : world_(world), wallet_type_(wallet_type) {
    for (const std::string& member : world_.members) entries_[member] = EntriesOf(member);
  }

  void Check() {
    for (const auto& [member, entries] : entries_) {
      for (size_t i = 0; i < entries.size() && !::testing::Test::HasFailure(); ++i) {
        if (entries[i].kind() == v1::ENTRY_KIND_ACCRUAL) CheckOne(member, entries, i);
      }
    }
  }

  int64_t checked = 0, cut_by_member = 0, cut_by_all = 0, cut_by_balance = 0, limited = 0,
          of_campaigns = 0, beside_others = 0, cut_whole = 0;

 private:
  static int64_t AmountOf(const v1::Entry& entry) {
    return entry.active_delta() + entry.pending_delta();
  }
  static absl::Time Recorded(const v1::Entry& entry) {
    return base::FromTimestamp(entry.create_time());
  }
  static absl::Time PeriodOf(const v1::Entry& entry, const v1::EarningCap& cap) {
    return PeriodStart(cap.period(), base::FromTimestamp(entry.occur_time()), absl::UTCTimeZone());
  }

  // By seq.
  std::vector<v1::Entry> EntriesOf(const std::string& member) {
    std::vector<v1::Entry> out;
    v1::ListLedgerEntriesRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_wallet_type(wallet_type_);
    request.set_page_size(1000);
    do {
      v1::ListLedgerEntriesResponse page;
      World::Check(
          handlers::ListLedgerEntries(world_.process->deps, world_.process->call, request, &page));
      out.insert(out.begin(), page.entries().rbegin(), page.entries().rend());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return out;
  }

  void CheckOne(const std::string& member, const std::vector<v1::Entry>& entries, size_t at) {
    const v1::Entry& entry = entries[at];
    v1::ExplainEntryRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_entry_id(entry.entry_id());
    v1::ExplainEntryResponse explained;
    World::Check(
        handlers::ExplainEntry(world_.process->deps, world_.process->call, request, &explained));
    ++checked;
    ASSERT_EQ(explained.entry().DebugString(), entry.DebugString());
    ASSERT_EQ(explained.recomputed_amount(), AmountOf(entry)) << explained.DebugString();
    ASSERT_EQ(explained.has_campaigns(), !entry.order_id().empty());
    if (!explained.has_campaigns()) {
      const int64_t asked = world_.asked.at(entry.request_id());
      ASSERT_EQ(asked,
                entry.cap_cuts().empty() ? AmountOf(entry) : entry.cap_cuts(0).points_before());
    }
    if (explained.has_campaigns() || !entry.cap_cuts().empty()) {
      const auto again = RecomputeAmount(InputsOf(explained));
      ASSERT_TRUE(again.ok()) << again.status();
      ASSERT_EQ(*again, AmountOf(entry)) << explained.DebugString();
    }
    of_campaigns += explained.has_campaigns();
    for (const auto& step : explained.campaigns().steps()) {
      limited += step.has_limit_left();
      beside_others += step.in_other_entry();
      cut_whole += step.in_no_entry();
    }
    int64_t cut = 0;
    for (const v1::CapCut& one : entry.cap_cuts()) {
      cut += one.points_before() - one.points_let_in();
      CheckCut(entries, at, one);
    }
    ASSERT_GE(cut, entry.points_over_caps());
    ASSERT_EQ(cut > 0, entry.points_over_caps() > 0) << "what is cut is explained";
  }

  // As a reader has it, over the wire, without any of the answers in it.
  static v1::ExplainEntryResponse InputsOf(const v1::ExplainEntryResponse& explained) {
    v1::ExplainEntryResponse inputs;
    inputs.ParseFromString(explained.SerializeAsString());
    inputs.clear_summary();
    inputs.clear_recomputed_amount();
    v1::Entry entry;
    for (v1::CapCut& cut : *inputs.mutable_entry()->mutable_cap_cuts()) {
      cut.clear_points_let_in();
      if (inputs.has_campaigns()) cut.clear_points_before();
      *entry.add_cap_cuts() = cut;
    }
    *inputs.mutable_entry() = entry;
    if (!inputs.has_campaigns()) return inputs;
    inputs.mutable_campaigns()->clear_recomputed_points();
    inputs.mutable_campaigns()->mutable_order()->clear_rule_results();
    inputs.mutable_campaigns()->mutable_order()->clear_points_earned();
    inputs.mutable_campaigns()->mutable_order()->clear_points_over_caps();
    for (v1::CampaignStep& step : *inputs.mutable_campaigns()->mutable_steps()) {
      step.clear_result();
      step.clear_arithmetic();
      step.clear_line_numbers();
    }
    return inputs;
  }

  // What the cap says that it found is what the entries before say.
  void CheckCut(const std::vector<v1::Entry>& entries, size_t at, const v1::CapCut& cut) {
    const v1::Entry& entry = entries[at];
    size_t first = at;  // of its order's
    while (first > 0 && !entry.order_id().empty() &&
           entries[first - 1].order_id() == entry.order_id()) {
      --first;
    }
    if (!cut.has_earning_cap()) {
      ++cut_by_balance;
      ASSERT_GT(first, 0U);
      const v1::Entry& before = entries[first - 1];
      ASSERT_EQ(cut.used(),
                before.active_after() + before.pending_after() + before.reserved_after());
      return;
    }
    const v1::EarningCap& cap = cut.earning_cap();
    const absl::Time period = PeriodOf(entry, cap);
    ASSERT_EQ(cut.has_period_start() ? base::FromTimestamp(cut.period_start()) : absl::UnixEpoch(),
              period);
    if (cap.scope() == v1::CAP_SCOPE_PER_MEMBER) {
      ++cut_by_member;
      int64_t used = 0;
      for (size_t i = 0; i < first; ++i) {
        if (entries[i].kind() != v1::ENTRY_KIND_ACCRUAL) continue;
        if (PeriodOf(entries[i], cap) == period) used += AmountOf(entries[i]);
      }
      ASSERT_EQ(cut.used(), used);
      return;
    }
    // Of the batches that run beside one another, which came first is not told; rounds lie an hour
    // apart.
    const absl::Time round = Recorded(entry);
    ++cut_by_all;
    int64_t before = 0, through = 0;
    for (const auto& [member, others] : entries_) {
      for (const v1::Entry& other : others) {
        if (other.kind() != v1::ENTRY_KIND_ACCRUAL || PeriodOf(other, cap) != period) continue;
        if (Recorded(other) < round - absl::Minutes(1)) before += AmountOf(other);
        if (Recorded(other) < round + absl::Minutes(1)) through += AmountOf(other);
      }
    }
    ASSERT_GE(cut.used(), before);
    ASSERT_LE(cut.used(), through - AmountOf(entry));
  }

  Recording& world_;
  const std::string wallet_type_;
  std::map<std::string, std::vector<v1::Entry>> entries_;
};

TEST(ExplainLedger, TheNamedInputsGiveTheAmountOfTenThousandRecordedEntries) {
  const uint32_t seed = testing::Seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Recording world(seed);
  std::vector<std::unique_ptr<Explaining>> all;
  for (const std::string& type : kTypes) {
    all.push_back(std::make_unique<Explaining>(world, type));
  }
  std::vector<std::thread> threads;
  for (const auto& one : all) threads.emplace_back([&one] { one->Check(); });
  for (std::thread& thread : threads) thread.join();
  const auto sum = [&](int64_t Explaining::*counter) {
    int64_t total = 0;
    for (const auto& one : all) total += (*one).*counter;
    return total;
  };
  EXPECT_GE(sum(&Explaining::checked), kEntries);
  EXPECT_GT(sum(&Explaining::of_campaigns), kEntries / 2);
  EXPECT_GT(sum(&Explaining::cut_by_member), 20);
  EXPECT_GT(sum(&Explaining::cut_by_all), 2);
  EXPECT_GT(sum(&Explaining::cut_by_balance), 5);
  EXPECT_GT(sum(&Explaining::limited), 100);
  EXPECT_GT(sum(&Explaining::beside_others), 100);
  EXPECT_GT(sum(&Explaining::cut_whole), 5);
  EXPECT_GT(world.edits, 10);
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
}

}  // namespace
}  // namespace laurel::members
