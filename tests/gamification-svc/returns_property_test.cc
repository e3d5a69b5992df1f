// Any set of partial returns that adds up to orders leaves progress, badges, what challenges have
// paid, scores and ranks as if those orders had never been: in any order of arrival, with every
// event at least twice, and with a members-svc that loses requests and answers. The measure is a
// world in which they never were.

#include <gtest/gtest.h>

#include "gamification-svc/domain/challenge.h"
#include "tests/gamification-svc/returned_order.h"

namespace laurel::gamification {
namespace {

using testing::Fate;

constexpr int kMembers = 3;

struct PlannedOrder {
  size_t member = 0;
  absl::Duration after;  // the challenges were made
  std::vector<BoughtLine> lines;
  std::vector<OrderPoints> points;
  bool comes_back = false;
};

std::vector<PlannedOrder> AnyPlan(std::mt19937_64& random) {
  const auto below = [&](uint64_t n) { return static_cast<int64_t>(random() % n); };
  std::vector<PlannedOrder> plan(static_cast<size_t>(6 + below(14)));
  for (PlannedOrder& order : plan) {
    order.member = random() % kMembers;
    order.after = absl::Hours(below(2160) - 120);
    for (int64_t i = 1 + below(3); i > 0; --i) {
      order.lines.push_back({random() % 2 == 0 ? "mug" : "milk",
                             random() % 2 == 0 ? "dairy" : "home", below(4) * 750, below(4000)});
    }
    for (int64_t i = below(3); i > 0; --i) order.points.push_back({1 + below(60), below(4) == 0});
    order.comes_back = random() % 2 == 0;
  }
  return plan;
}

// A programme in which the plan happens; `as_told`: every event once, as it happened.
class PlannedWorld {
 public:
  explicit PlannedWorld(uint64_t seed) : random_(seed) {
    v1::Challenge points = FourTimesPoints();
    points.set_measure(v1::MEASURE_SUM_AMOUNT);
    points.set_target(120);
    points.set_points(30);
    points.set_window_days(60);
    v1::Challenge spent = FourTimesPoints();
    spent.set_event_type(v1::EVENT_TYPE_POINTS_SPENT);
    spent.set_target(2);
    spent.set_points(11);
    v1::Challenge large = SixMugs();
    large.set_measure(v1::MEASURE_COUNT);
    large.mutable_filter()->set_min_amount(2500);
    large.set_target(2);
    for (const auto& challenge : {ThreeOrdersIn30Days(), FiftyOfDairyIn10Days(), FourTimesPoints(),
                                  SixMugs(), points, spent, large})
      rig_.Make(challenge);
    for (int i = 0; i < kMembers; ++i) members_.push_back(rig_.Member());
  }

  std::string Live(const std::vector<PlannedOrder>& plan, bool as_told) {
    const absl::Time made = rig_.clock.Now();
    rig_.clock.Advance(absl::Hours(24 * 90));
    std::vector<events::v1::Event> history;
    for (const PlannedOrder& planned : plan) {
      ReturnedOrder order(rig_, members_[planned.member], made + planned.after, planned.lines,
                          planned.points);
      for (auto& event : order.Bought()) history.push_back(std::move(event));
      while (planned.comes_back && !order.whole()) history.push_back(order.ReturnSome(random_));
    }
    std::vector<events::v1::DeliverRequest> deliveries;
    if (as_told) {
      for (const auto& event : history) deliveries.push_back(rig_.Delivery({event}));
    } else {
      deliveries = rig_.Shuffled(history, random_);
      rig_.members.SetFate([this] { return static_cast<Fate>(random_() % 4); });
    }
    for (const auto& delivery : deliveries) {
      const absl::Status status = rig_.Deliver(delivery);
      EXPECT_TRUE(status.ok()) << status;
      if (random_() % 3 == 0) rig_.PayOnce();
      if (random_() % 3 == 0) rig_.machine.Advance(absl::Minutes(5));
      if (random_() % 4 == 0) Tell();
    }
    EXPECT_TRUE(rig_.PayAll());
    Tell();
    return EndState(rig_, members_);
  }

 private:
  // What members-svc has done for challenges comes back as events.
  void Tell() {
    for (events::v1::Event told : rig_.members.TakeEvents(kServiceName, rig_.clock.Now())) {
      const events::v1::Event header = rig_.Event(told.member_id());
      told.MergeFrom(header);
      const absl::Status status = rig_.Deliver(rig_.Delivery({told}));
      EXPECT_TRUE(status.ok()) << status;
    }
  }

  Rig rig_;
  std::mt19937_64 random_;
  std::vector<std::string> members_;
};

TEST(GamificationReturnsProperty, ReturnsThatAddUpLeaveEverythingAsIfTheOrdersHadNeverBeen) {
  const uint64_t seed = testing::Seed();
  for (uint64_t round = 0; round < 8 && !::testing::Test::HasFailure(); ++round) {
    const uint64_t own = seed + round;
    std::mt19937_64 random(own);
    const std::vector<PlannedOrder> plan = AnyPlan(random);
    std::vector<PlannedOrder> kept = plan;
    std::erase_if(kept, [](const PlannedOrder& order) { return order.comes_back; });
    const std::string never = PlannedWorld(own).Live(kept, true);
    for (uint64_t arrival = 0; arrival < 3; ++arrival) {
      EXPECT_EQ(PlannedWorld(own + 1000 * arrival).Live(plan, arrival == 0), never)
          << "LAUREL_SEED=" << own << " arrival " << arrival;
    }
  }
}

}  // namespace
}  // namespace laurel::gamification
