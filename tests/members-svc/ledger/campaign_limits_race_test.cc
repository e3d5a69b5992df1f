// Campaigns whose counters many orders change at once, from two processes: the last points of a
// limit or a budget go out once, and what bands and punch cards count of a member is counted once.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "lib/base/timestamps.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

class CampaignLimitsRace : public ::testing::Test {
 protected:
  CampaignLimitsRace() : other_(world_.database, world_.clock) { world_.MakeProgram(); }

  v1::Campaign Activate(v1::Campaign campaign) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("campaign" + std::to_string(++campaigns_));
    request.set_activate(true);
    campaign.set_display_name("campaign");
    *request.mutable_campaign() = campaign;
    v1::CreateCampaignResponse response;
    Process& process = *world_.process;
    World::Check(handlers::CreateCampaign(process.deps, process.call, request, &response));
    return response.campaign();
  }

  // The n-th order, of one unit for 1.00, by one of the processes.
  v1::Order Record(int number, const std::string& member) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("order" + std::to_string(number));
    request.set_member_id(member);
    request.set_currency_code("USD");
    auto& line = *request.add_lines();
    line.set_sku("a");
    line.set_quantity_thousandths(1000);
    line.set_amount_minor_units(100);
    v1::RecordOrderResponse response;
    Process& process = number % 2 == 0 ? *world_.process : other_;
    World::Check(process.Call(handlers::RecordOrder, request, &response));
    return response.order();
  }

  // 64 clients record so many orders; what all of them earned.
  int64_t RecordAtOnce(int count, const std::vector<std::string>& members) {
    std::atomic<int> next{0};
    std::atomic<int64_t> earned{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 64; ++i) {
      clients.emplace_back([&] {
        for (int number = next++; number < count; number = next++) {
          const auto order = Record(number, members[static_cast<size_t>(number) % members.size()]);
          for (const auto& [type, points] : order.points_earned()) earned += points;
        }
      });
    }
    for (std::thread& client : clients) client.join();
    return earned;
  }

  std::vector<std::string> Enrol(int count) {
    std::vector<std::string> members;
    for (int i = 0; i < count; ++i) members.push_back(world_.Enrol("m" + std::to_string(i)));
    return members;
  }

  World world_;
  Process other_;

 private:
  int campaigns_ = 0;
};

v1::Campaign Fixed(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_fixed_points()->set_points(points);
  return campaign;
}

TEST_F(CampaignLimitsRace, TheLastPointsOfABudgetGoOutOnce) {
  v1::Campaign campaign = Fixed(7);
  campaign.mutable_budget()->set_minor_units(500);
  campaign.mutable_budget()->set_minor_units_per_thousand_points(500);
  Activate(campaign);
  const auto members = Enrol(64);
  EXPECT_EQ(RecordAtOnce(320, members), 1000);
  int64_t held = 0;
  for (const std::string& member : members) held += world_.BalanceOf(member).active();
  EXPECT_EQ(held, 1000);
  EXPECT_EQ(world_.database.Admin("SELECT points || ' ' || orders FROM campaign_counters "
                                  "WHERE campaign_id IN (SELECT campaign_id FROM campaigns)")[0],
            "1000 143")
      << "142 whole ones, and 6 of the next";
  EXPECT_TRUE(world_.Verify().valid());
  EXPECT_EQ(world_.process->ledger.counters().conflicts + other_.ledger.counters().conflicts, 0)
      << "batches stand in line for the counter";
}

TEST_F(CampaignLimitsRace, ALimitOfAllAndOneOfEachHoldTogether) {
  v1::Campaign campaign = Fixed(7);
  campaign.mutable_total_limit()->set_max_points(300);
  campaign.mutable_total_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  campaign.mutable_member_limit()->set_max_points(10);
  Activate(campaign);
  const auto members = Enrol(40);
  EXPECT_EQ(RecordAtOnce(320, members), 300);
  for (const std::string& member : members) EXPECT_LE(world_.BalanceOf(member).active(), 10);
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(CampaignLimitsRace, BandsAndPunchCardsCountEachOrderOnce) {
  v1::Campaign card, bands;
  card.mutable_punch_card()->set_units(10);
  card.mutable_punch_card()->set_points(1000);
  auto* band = bands.mutable_bands()->add_bands();
  band->set_up_to_minor_units(5000);
  band->set_points_per_million(10000);  // a point for 1.00
  band = bands.mutable_bands()->add_bands();
  band->set_points_per_million(20000);
  Activate(card);
  Activate(bands);
  const auto members = Enrol(3);
  // 100 orders each: 10 cards; 50 points to 50.00, 100 beyond.
  EXPECT_EQ(RecordAtOnce(300, members), 3 * (10000 + 50 + 100));
  for (const std::string& member : members) EXPECT_EQ(world_.BalanceOf(member).active(), 10150);
  EXPECT_EQ(world_.database.Admin(
                "SELECT string_agg(DISTINCT amount::text, ' ' ORDER BY amount::text) || ' ' || "
                "count(*) FROM campaign_counters "
                "WHERE campaign_id IN (SELECT campaign_id FROM campaigns)")[0],
            "100 10000 6");
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(CampaignLimitsRace, AnOrderSaysWhatItCountedAndSinceWhen) {
  v1::Campaign card;
  card.mutable_punch_card()->set_units(2);
  card.mutable_punch_card()->set_points(5);
  card.mutable_punch_card()->set_period(v1::EarningLimit::PERIOD_MONTH);
  Activate(card);
  const auto members = Enrol(1);
  const v1::Order first = Record(0, members[0]);
  ASSERT_EQ(first.rule_results_size(), 1);
  EXPECT_TRUE(first.points_earned().empty());
  EXPECT_EQ(first.rule_results(0).counted_amount(), 1);
  const v1::Order second = Record(1, members[0]);
  EXPECT_EQ(second.points_earned().at("points"), 5);
  EXPECT_EQ(second.rule_results(0).counted_before(), 1);
  EXPECT_EQ(base::FromTimestamp(second.rule_results(0).count_period_start()),
            absl::FromCivil(absl::CivilDay(2026, 3, 1), absl::UTCTimeZone()));
  world_.clock.Advance(absl::Hours(24 * 31));
  EXPECT_TRUE(Record(2, members[0]).points_earned().empty()) << "a new month, a new card";
}

}  // namespace
}  // namespace laurel::members
