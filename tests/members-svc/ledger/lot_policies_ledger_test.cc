// Expiries that slide and campaigns that date their lots, over the real database.
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::World;
using Policy = v1::ExpiryPolicy;

v1::WalletType TypeOf(const std::string& code, std::initializer_list<Policy::Activity> sliding_on) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  type.mutable_expiry()->set_form(Policy::FORM_DAYS);
  type.mutable_expiry()->set_count(9);  // ends ten midnights later
  for (const auto activity : sliding_on) type.mutable_expiry()->add_sliding_on(activity);
  return type;
}

class LotPoliciesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    v1::WalletType waiting = TypeOf("waiting", {});
    waiting.set_pending_event_days(30);
    v1::WalletType capped = TypeOf("capped", {});
    capped.add_earning_caps()->set_amount(100);
    v1::WalletType fine = TypeOf("fine", {});
    fine.set_decimals(4);
    v1::WalletType long_lived = TypeOf("long", {});
    long_lived.mutable_expiry()->set_count(365);
    v1::WalletType coarse = TypeOf("coarse", {});
    coarse.set_max_open_lots(5);
    coarse.mutable_expiry()->set_count(365);
    world_->MakeProgram(
        {TypeOf("points", {Policy::ACTIVITY_EARN, Policy::ACTIVITY_SPEND, Policy::ACTIVITY_ORDER}),
         TypeOf("spending", {Policy::ACTIVITY_SPEND}), waiting, capped, fine, long_lived, coarse});
  }
  static void TearDownTestSuite() { delete world_; }
  void TearDown() override {
    EXPECT_TRUE(world_->Verify().valid()) << world_->Verify().DebugString();
  }

  std::string NewMember() { return world_->Enrol("p" + std::to_string(++members_)); }
  static void Days(int days) { world_->clock.Advance(absl::Hours(24 * days)); }

  // The answer of an asynchronous handler.
  template <typename Response, typename Handler, typename Request>
  absl::StatusOr<Response> Ask(Handler handler, Request request, const std::string& member) {
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id("r" + std::to_string(++requests_));
    Response response;
    const absl::Status status = world_->process->Call(handler, request, &response);
    if (!status.ok()) return status;
    return response;
  }
  v1::Entry Earn(const std::string& member, int64_t amount, const std::string& type) {
    v1::EarnPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    return Ask<v1::EarnPointsResponse>(handlers::EarnPoints, request, member)->entry();
  }
  absl::StatusOr<v1::Entry> Spend(const std::string& member, int64_t amount,
                                  const std::string& type) {
    v1::SpendPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    auto response = Ask<v1::SpendPointsResponse>(handlers::SpendPoints, request, member);
    if (!response.ok()) return response.status();
    return response->entry();
  }
  v1::Order Order(const std::string& member) {
    v1::RecordOrderRequest request;
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("1");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(1000);
    return Ask<v1::RecordOrderResponse>(handlers::RecordOrder, request, member)->order();
  }
  v1::Campaign Campaign(v1::Campaign campaign, const std::string& type) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("c" + std::to_string(++requests_));
    request.set_activate(true);
    campaign.set_display_name("campaign");
    campaign.set_wallet_type(type);
    *request.mutable_campaign() = campaign;
    v1::CreateCampaignResponse response;
    World::Check(
        handlers::CreateCampaign(world_->process->deps, world_->process->call, request, &response));
    return response.campaign();
  }
  static void Pause(const v1::Campaign& campaign) {
    v1::PauseCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("p" + std::to_string(++requests_));
    request.set_campaign_id(campaign.campaign_id());
    v1::PauseCampaignResponse response;
    World::Check(
        handlers::PauseCampaign(world_->process->deps, world_->process->call, request, &response));
  }
  v1::ExplainEntryResponse Explain(const std::string& member, const v1::Entry& entry) {
    v1::ExplainEntryRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_entry_id(entry.entry_id());
    v1::ExplainEntryResponse response;
    World::Check(
        handlers::ExplainEntry(world_->process->deps, world_->process->call, request, &response));
    return response;
  }

  inline static World* world_ = nullptr;
  inline static int members_ = 0;
  inline static int requests_ = 0;
};

TEST_F(LotPoliciesTest, ASpendPushesWhatIsLeftAndAnEntrySaysSo) {
  const std::string member = NewMember();
  const v1::Entry earned = Earn(member, 100, "spending");
  Days(6);
  const auto spent = Spend(member, 30, "spending");
  ASSERT_TRUE(spent.ok());
  const v1::Entry push = world_->Entries(member, "spending").front();
  EXPECT_EQ(push.kind(), v1::ENTRY_KIND_EXTENSION);
  EXPECT_EQ(push.undone_seq(), spent->seq());
  EXPECT_EQ(push.lots(0).amount(), 70);
  EXPECT_EQ(push.lots(0).expire_time().seconds(), earned.expire_time().seconds());
  EXPECT_EQ(push.expire_time().seconds(), earned.expire_time().seconds() + 6 * 86400);
  ASSERT_TRUE(Spend(member, 1, "spending").ok());
  EXPECT_EQ(world_->Entries(member, "spending").front().kind(), v1::ENTRY_KIND_REDEMPTION)
      << "the same day pushes once";
  Days(6);
  Earn(member, 5, "spending");
  EXPECT_EQ(world_->BalanceOf(member, "spending").active(), 74)
      << "12 days on; an earn pushes nothing";
  Days(5);
  EXPECT_EQ(world_->BalanceOf(member, "spending").active(), 5);
  EXPECT_EQ(world_->BalanceOf(member, "spending").lifetime_expired(), 69);
}

TEST_F(LotPoliciesTest, AnOrderThatEarnsNothingPushesToo) {
  const std::string member = NewMember();
  Earn(member, 100, "points");
  Days(8);
  const v1::Order order = Order(member);
  EXPECT_TRUE(order.points_earned().empty());
  const v1::Entry push = world_->Entries(member, "points").front();
  EXPECT_EQ(push.kind(), v1::ENTRY_KIND_EXTENSION);
  EXPECT_EQ(push.order_id(), order.order_id());
  Days(8);
  EXPECT_EQ(world_->BalanceOf(member, "points").active(), 100);
  Days(2);
  EXPECT_EQ(world_->BalanceOf(member, "points").active(), 0) << "what has expired is not pushed";
  Order(member);
  EXPECT_EQ(world_->BalanceOf(member, "points").active(), 0);
}

TEST_F(LotPoliciesTest, AClawBackFindsTheLotThatWasPushed) {
  const std::string member = NewMember();
  const v1::Entry earned = Earn(member, 100, "spending");
  Days(5);
  ASSERT_TRUE(Spend(member, 10, "spending").ok());
  Days(5);
  ASSERT_TRUE(Spend(member, 10, "spending").ok());
  Earn(member, 50, "spending");  // ends with the pushed ones
  Days(5);
  v1::ClawBackPointsRequest request;
  request.set_wallet_type("spending");
  request.set_accrual_entry_id(earned.entry_id());
  request.set_amount(60);
  const auto taken = Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, request, member);
  ASSERT_TRUE(taken.ok()) << taken.status() << ": its date was pushed twice, it has not expired";
  EXPECT_EQ(taken->entry().active_delta(), -60);
  EXPECT_EQ(world_->BalanceOf(member, "spending").active(), 70);
}

TEST_F(LotPoliciesTest, ACampaignDatesItsOwnLotWhichThenDoesNotSlide) {
  v1::Campaign base;
  base.mutable_points_per_amount()->set_points(1);
  base.mutable_points_per_amount()->set_step_minor_units(100);
  v1::Campaign bonus;
  bonus.mutable_fixed_points()->set_points(7);
  bonus.mutable_lots()->mutable_expiry()->set_form(Policy::FORM_DAYS);
  bonus.mutable_lots()->mutable_expiry()->set_count(2);
  v1::Campaign twice;
  twice.mutable_multiplier()->set_factor_bps(20000);
  twice.mutable_lots()->mutable_pending()->set_days(4);
  const std::vector<v1::Campaign> campaigns = {Campaign(base, "points"), Campaign(bonus, "points"),
                                               Campaign(twice, "points")};
  const std::string member = NewMember();
  const v1::Order order = Order(member);
  for (const v1::Campaign& campaign : campaigns) Pause(campaign);
  EXPECT_EQ(order.points_earned().at("points"), 27);
  const auto entries = world_->Entries(member, "points");
  ASSERT_EQ(entries.size(), 3U) << "one accrual for each way of dating";
  int64_t sum = 0;
  for (const v1::Entry& entry : entries) {
    EXPECT_EQ(entry.order_id(), order.order_id());
    const auto why = Explain(member, entry);
    const int64_t amount = entry.active_delta() + entry.pending_delta();
    EXPECT_EQ(why.campaigns().recomputed_points(), amount) << why.DebugString();
    sum += amount;
  }
  EXPECT_EQ(sum, 27);
  EXPECT_EQ(world_->BalanceOf(member, "points").pending(), 10) << "what the multiplier added";
  Days(2);
  Order(member);  // pushes the ten, not the seven
  Days(1);
  EXPECT_EQ(world_->BalanceOf(member, "points").active(), 10);
  EXPECT_EQ(world_->BalanceOf(member, "points").lifetime_expired(), 7);
  Days(8);
  EXPECT_EQ(world_->BalanceOf(member, "points").active(), 20)
      << "the first ten by then pushed to day 12";
}

TEST_F(LotPoliciesTest, ACapCutsTheLastOfAnOrdersLotsFirst) {
  v1::Campaign first;
  first.set_priority(2);
  first.mutable_fixed_points()->set_points(60);
  v1::Campaign second;
  second.mutable_fixed_points()->set_points(50);
  second.mutable_lots()->mutable_expiry()->set_form(Policy::FORM_NEVER);
  const std::vector<v1::Campaign> campaigns = {Campaign(first, "capped"),
                                               Campaign(second, "capped")};
  const std::string member = NewMember();
  const v1::Order order = Order(member);
  const v1::Order again = Order(member);
  for (const v1::Campaign& campaign : campaigns) Pause(campaign);
  EXPECT_EQ(order.points_earned().at("capped"), 100);
  EXPECT_EQ(order.points_over_caps().at("capped"), 10);
  EXPECT_EQ(again.points_over_caps().at("capped"), 110);
  const auto entries = world_->Entries(member, "capped");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].active_delta(), 60);
  EXPECT_EQ(entries[0].active_delta(), 40);
  EXPECT_EQ(entries[0].points_over_caps(), 10);
  EXPECT_FALSE(entries[0].has_expire_time());
}

TEST_F(LotPoliciesTest, PointsThatWaitForAnEventExpireAsTheirCampaignSaid) {
  v1::Campaign campaign;
  campaign.mutable_fixed_points()->set_points(5);
  campaign.mutable_lots()->mutable_expiry()->set_form(Policy::FORM_DAYS);
  campaign.mutable_lots()->mutable_expiry()->set_count(1);
  const v1::Campaign made = Campaign(campaign, "waiting");
  const std::string member = NewMember();
  Order(member);
  Pause(made);
  const v1::Entry accrual = world_->Entries(member, "waiting").front();
  EXPECT_EQ(accrual.pending_delta(), 5);
  v1::ActivatePointsRequest request;
  request.set_wallet_type("waiting");
  request.set_accrual_entry_id(accrual.entry_id());
  Days(3);
  const auto active = Ask<v1::ActivatePointsResponse>(handlers::ActivatePoints, request, member);
  ASSERT_TRUE(active.ok()) << active.status();
  Days(1);
  EXPECT_EQ(world_->BalanceOf(member, "waiting").active(), 5);
  Days(1);
  EXPECT_EQ(world_->BalanceOf(member, "waiting").active(), 0);
}

TEST_F(LotPoliciesTest, AWalletKeepsSoManyDatesApartAsItsTypeSays) {
  const std::string member = NewMember();
  for (int day = 0; day < 80; ++day) {
    Earn(member, 2, "long");
    Earn(member, 2, "coarse");
    Days(1);
  }
  const auto lots = [&](int wallet_no) {
    return world_->database
        .Admin(
            "SELECT length(lots) / 24 FROM wallets WHERE wallet_no = " + std::to_string(wallet_no) +
            " AND owner_id = '" + base::ToString(*base::DecodeId("mem", member)) + "'")
        .front();
  };
  EXPECT_LE(std::stoi(lots(6)), 64);
  EXPECT_LE(std::stoi(lots(7)), 5);
  EXPECT_EQ(world_->BalanceOf(member, "long").active(), 160);
  EXPECT_EQ(world_->Entries(member, "coarse").front().seq(),
            world_->BalanceOf(member, "coarse").seq());
  EXPECT_GT(world_->BalanceOf(member, "coarse").seq(), 80) << "joins are entries";
}

TEST_F(LotPoliciesTest, WhatWasJoinedIsClawedBackFromWhereItWent) {
  const std::string member = NewMember();
  std::vector<v1::Entry> accruals;
  for (int day = 0; day < 40; ++day) {
    accruals.push_back(Earn(member, 2, "coarse"));
    Days(1);
  }
  int64_t left = 80;
  for (const v1::Entry& accrual : accruals) {
    v1::ClawBackPointsRequest request;
    request.set_wallet_type("coarse");
    request.set_accrual_entry_id(accrual.entry_id());
    request.set_amount(2);
    const auto back = Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, request, member);
    ASSERT_TRUE(back.ok()) << accrual.seq() << ": " << back.status();
    left -= 2;
    EXPECT_EQ(world_->BalanceOf(member, "coarse").active(), left);
  }
}

TEST_F(LotPoliciesTest, DecimalsAreOfTheSmallestUnitAndTheRoundingIsNamed) {
  const struct {
    v1::Rounding rounding;
    const char* name;
    int64_t points;  // of 33333 ten-thousandths times 1.5, that is 49999.5
  } cases[] = {{v1::ROUNDING_DOWN, "rounded down", 49999},
               {v1::ROUNDING_HALF_UP, "rounded to the nearest, halves up", 50000},
               {v1::ROUNDING_UP, "rounded up", 50000}};
  for (const auto& one : cases) {
    v1::Campaign base;
    base.mutable_points_per_amount()->set_points(33333);  // 3.3333 points per 10.00
    base.mutable_points_per_amount()->set_step_minor_units(1000);
    v1::Campaign factor;
    factor.mutable_multiplier()->set_factor_bps(15000);
    factor.mutable_multiplier()->set_rounding(one.rounding);
    const std::vector<v1::Campaign> campaigns = {Campaign(base, "fine"), Campaign(factor, "fine")};
    const std::string member = NewMember();
    EXPECT_EQ(Order(member).points_earned().at("fine"), one.points) << one.name;
    for (const v1::Campaign& campaign : campaigns) Pause(campaign);
    const auto why = Explain(member, world_->Entries(member, "fine").front());
    EXPECT_EQ(why.campaigns().recomputed_points(), one.points);
    EXPECT_NE(why.campaigns().steps(1).arithmetic().find(one.name), std::string::npos)
        << why.campaigns().steps(1).arithmetic();
    EXPECT_EQ(world_->Entries(member, "fine").size(), 1U) << "one accrual, rounded once";
    v1::SpendPointsRequest spend;
    spend.set_wallet_type("fine");
    ASSERT_TRUE(Spend(member, 1, "fine").ok()) << "a ten-thousandth of a point";
    EXPECT_EQ(world_->BalanceOf(member, "fine").active(), one.points - 1);
  }
}

}  // namespace
}  // namespace laurel::members
