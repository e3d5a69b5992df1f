// Which order it is, and whether it begins a visit: counted as orders are recorded, given back by
// returns, and never more visits than there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lib/base/timestamps.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/domain/return_counters.h"
#include "members-svc/domain/visits.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {
namespace {

const base::Uuid kMember{3, 3};

// Records orders one after the other, as the ledger does; without a window nobody asks for visits.
class Recorder {
 public:
  explicit Recorder(int window_minutes = 240) {
    v1::Campaign campaign = Fixed(1);
    if (window_minutes > 0) campaign.mutable_points_per_visit()->set_points(1);
    rules_ = RulesOf({campaign});
    rules_.orders.visit_window_minutes = window_minutes;
  }

  v1::Order Record(const std::string& store, absl::Time occur) {
    const OrderCounters counters = OrderCountersFor(rules_, store, occur);
    MemberFacts facts;
    TellOrderFacts(counters, used_, occur, &facts);
    rows_ = 0;
    for (const auto& [key, use] : OrderUses(counters, used_, facts, occur)) {
      LimitUse& counter = used_[key];
      counter.points += use.points;
      counter.orders += use.orders;
      counter.amount += use.amount;
      ++rows_;
    }
    v1::Order order;
    order.set_store(store);
    order.add_lines()->set_quantity_thousandths(2000);
    base::SetTimestamp(occur, order.mutable_occur_time());
    TellOrderUses(counters, facts, &order);
    return order;
  }
  // So many units of it come back.
  void Return(const v1::Order& order, int64_t from, int64_t to) {
    const CapCountersOf of{{1, 1}, kMember};
    const auto lines = [&](int64_t units) {
      LinesReturned returned(1);
      returned[0].quantity = units * 1000;
      returned[0].whole = units == 2;
      return returned;
    };
    for (const CounterUse& use : CounterUsesOf(order, of)) {
      EXPECT_EQ(use.key.first, kMember);
      TakeBack(use.key.second,
               GivenBack(order, use, {v1::RETURN_MODE_BY_LINE, lines(from), lines(to)}),
               [this](const LimitKey& key) {
                 const auto counter = used_.find(key);
                 return counter == used_.end() ? nullptr : &counter->second;
               });
    }
  }
  // How many counters the last order has written.
  int rows() const { return rows_; }
  bool Untouched() const {
    return std::all_of(used_.begin(), used_.end(),
                       [](const auto& counter) { return counter.second == LimitUse{}; });
  }

 private:
  ProgramRules rules_;
  LimitUses used_;
  int rows_ = 0;
};

TEST(OrderCounters, Number_the_orders_of_a_member_and_of_its_stores) {
  Recorder recorder;
  EXPECT_EQ(recorder.Record("north", Noon()).order_number(), 1);
  const v1::Order second = recorder.Record("south", Noon());
  EXPECT_EQ(second.order_number(), 2);
  EXPECT_EQ(second.order_number_at_store(), 1);
  const v1::Order third = recorder.Record("", Noon());
  EXPECT_EQ(third.order_number(), 3);
  EXPECT_EQ(third.order_number_at_store(), 0) << "of no store";
  EXPECT_EQ(recorder.Record("south", Noon()).order_number_at_store(), 2);
}

TEST(OrderCounters, A_visit_lasts_its_window_and_is_one_per_store) {
  Recorder recorder;
  EXPECT_EQ(recorder.Record("north", Noon()).visit_minutes(), 240);
  EXPECT_EQ(recorder.Record("north", Noon() + absl::Minutes(1)).visit_minutes(), 0);
  EXPECT_EQ(recorder.Record("south", Noon() + absl::Minutes(2)).visit_minutes(), 240);
  EXPECT_EQ(recorder.Record("", Noon() + absl::Minutes(3)).visit_minutes(), 240);
  EXPECT_EQ(recorder.Record("", Noon() + absl::Minutes(4)).visit_minutes(), 0);
  const absl::Time end = Noon() + absl::Minutes(240);
  EXPECT_EQ(recorder.Record("north", end - absl::Microseconds(1)).visit_minutes(), 0);
  EXPECT_EQ(recorder.Record("north", end).visit_minutes(), 240) << "it does not slide";
  EXPECT_EQ(recorder.Record("north", Noon() - absl::Minutes(239)).visit_minutes(), 0)
      << "recorded late, it joins the visit";
  EXPECT_EQ(recorder.Record("north", Noon() - absl::Minutes(240)).visit_minutes(), 240);
}

TEST(OrderCounters, Are_as_before_when_all_of_an_order_has_come_back) {
  Recorder recorder;
  const v1::Order order = recorder.Record("north", Noon());
  recorder.Return(order, 0, 1);
  EXPECT_EQ(recorder.Record("north", Noon()).order_number(), 2) << "one of two units";
  recorder.Return(order, 1, 2);
  const v1::Order next = recorder.Record("north", Noon() + absl::Minutes(1));
  EXPECT_EQ(next.order_number(), 2);
  EXPECT_EQ(next.order_number_at_store(), 2);
  EXPECT_EQ(next.visit_minutes(), 240) << "as if the first had never begun it";

  Recorder alone;
  const v1::Order gone = alone.Record("north", Noon());
  EXPECT_FALSE(alone.Untouched());
  alone.Return(gone, 0, 2);
  EXPECT_TRUE(alone.Untouched());
}

TEST(OrderCounters, Know_of_orders_of_earlier_releases_that_the_member_made_them) {
  v1::Order order;
  order.set_store("north");
  const auto uses = OrderUsesOf(order);
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].first, OrderCountersFor({}, "", Noon()).orders);
  EXPECT_EQ(base::ToString(uses[0].first.campaign_id), "868b85a0-f7bd-8ffa-bd46-56e4653b0dcd")
      << "as migration 0027 has it";
}

TEST(OrderCounters, Cost_one_row_where_a_member_buys_at_one_store) {
  Recorder recorder(0);
  for (int i = 0; i < 3; ++i) {
    recorder.Record("north", Noon());
    EXPECT_EQ(recorder.rows(), 1);
  }
  recorder.Record("south", Noon());
  EXPECT_EQ(recorder.rows(), 2);
  recorder.Record("", Noon());
  EXPECT_EQ(recorder.rows(), 1);
}

// Whatever is bought where and comes back: what is left of it is counted.
TEST(OrderCounters, Know_what_is_left_at_every_store) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  const std::vector<std::string> stores = {"", "north", "south", "east"};
  for (int round = 0; round < 300; ++round) {
    Recorder recorder(0);
    std::vector<v1::Order> left;
    for (int step = 0; step < 40; ++step) {
      if (!left.empty() && dice.OneIn(2)) {
        const auto gone = left.begin() + dice.In(0, static_cast<int64_t>(left.size()));
        recorder.Return(*gone, 0, 2);
        left.erase(gone);
        continue;
      }
      const std::string& store = dice.Of(stores);
      const auto at_store = std::count_if(
          left.begin(), left.end(), [&store](const auto& order) { return order.store() == store; });
      left.push_back(recorder.Record(store, Noon()));
      ASSERT_EQ(left.back().order_number(), static_cast<int64_t>(left.size()));
      ASSERT_EQ(left.back().order_number_at_store(), store.empty() ? 0 : at_store + 1);
    }
    for (const v1::Order& order : left) recorder.Return(order, 0, 2);
    ASSERT_TRUE(recorder.Untouched());
  }
}

// Recorded as they occur, as many visits as visits.h finds; in any order, never more.
TEST(OrderCounters, Agree_with_the_report_of_visits) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  int fewer = 0;
  for (int round = 0; round < 500; ++round) {
    const auto window = static_cast<int>(dice.In(1, 600));
    std::vector<int64_t> times;
    for (int64_t i = dice.In(1, 40); i > 0; --i) {
      times.push_back(absl::ToUnixMicros(Noon()) + dice.In(0, 2LL * 86400 * 1000000));
      if (dice.OneIn(3)) times.push_back(times.back() + window * 60LL * 1000000);
    }
    const auto visits = static_cast<int>(VisitsOf(times, absl::Minutes(window)).size());
    const auto begun = [&] {
      Recorder recorder(window);
      int count = 0;
      for (const int64_t at : times) {
        count += recorder.Record("north", absl::FromUnixMicros(at)).visit_minutes() > 0;
      }
      return count;
    };
    const int in_any_order = begun();
    ASSERT_LE(in_any_order, visits) << round;
    fewer += in_any_order < visits;
    std::sort(times.begin(), times.end());
    ASSERT_EQ(begun(), visits) << round;
  }
  EXPECT_GT(fewer, 0) << "the order of recording has to matter";
}

}  // namespace
}  // namespace laurel::members::testing
