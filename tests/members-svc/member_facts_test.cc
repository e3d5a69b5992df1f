// What campaigns ask of the member, on a database: which order it is, tiers, segments, attributes,
// visits. What recording gives is what SimulateOrder has said; returns give order numbers back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class MemberFactsTest : public ::testing::Test {
 protected:
  MemberFactsTest() : ada_(world_.Enrol("ada").member_id()) {}

  v1::Campaign Activate(v1::Campaign campaign, const std::string& name = "campaign") {
    campaign.set_display_name(name);
    return world_.Activate(campaign);
  }
  v1::RecordOrderRequest OrderOf(const std::string& store, int64_t amount = 1000) {
    v1::RecordOrderRequest order = testing::OrderOf({Line("tea", amount)});
    order.set_member_id(ada_);
    order.set_store(store);
    return order;
  }
  // Recorded as it was said.
  v1::Order Record(const v1::RecordOrderRequest& order) {
    const auto tried = world_.Simulate(world_.Simulating(order));
    EXPECT_TRUE(tried.ok()) << tried.status();
    const auto recorded = world_.Record(order);
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    if (!tried.ok() || !recorded.ok()) return {};
    const auto points = [](const auto& earned) {
      return std::map<std::string, int64_t>(earned.begin(), earned.end());
    };
    EXPECT_EQ(points(tried->points_earned()), points(recorded->points_earned()));
    std::multiset<std::string> said, given;
    for (const auto& campaign : tried->campaigns()) {
      if (campaign.has_result()) said.insert(campaign.result().DebugString());
    }
    for (const auto& result : recorded->rule_results()) given.insert(result.DebugString());
    EXPECT_EQ(said, given);
    return *recorded;
  }
  int64_t Earn(const std::string& store = "", int64_t amount = 1000) {
    return PointsOf(Record(OrderOf(store, amount)));
  }
  static int64_t PointsOf(const v1::Order& order) {
    const auto points = order.points_earned().find("points");
    return points == order.points_earned().end() ? 0 : points->second;
  }
  void ReturnWhole(const v1::Order& order) {
    v1::ReturnOrderRequest request;
    request.set_program_id(world_.program_id());
    request.set_order_id(order.order_id());
    request.set_request_id(world_.NewRequestId());
    request.set_reason("it did not fit");
    const auto returned = Ask(handlers::ReturnOrder, world_, world_.AsStaff(), request);
    ASSERT_TRUE(returned.ok()) << returned.status();
    ASSERT_EQ(returned->order_return().order_state(), v1::ORDER_STATE_RETURNED);
  }

  // The keys of a row of the member's.
  std::string Key() const {
    const base::Uuid id = *base::DecodeId("mem", ada_);
    return absl::StrCat(base::BucketOf(id), ", '", base::ToString(id), "', '",
                        base::ToString(world_.program()), "'");
  }
  void PutIntoTier(const std::string& tier) {
    world_.database().Admin(absl::StrCat(
        "INSERT INTO member_tiers (bucket, member_id, program_id, set_no, tier, since_us, value, "
        "rule_version, newest_version, manual, seen_us, next_look_us, warned_us, told_us, version) "
        "VALUES (",
        Key(), ", 1, '", tier, "', 1, 0, 1, 1, false, 0, 1, 0, 0, 1) ",
        "ON CONFLICT (bucket, member_id, set_no) DO UPDATE SET tier = excluded.tier"));
  }
  // base, and gold, which multiplies by `bps`.
  void MakeClub(int32_t bps) {
    v1::CreateTierSetRequest request;
    request.set_program_id(world_.program_id());
    request.set_request_id(world_.NewRequestId());
    v1::TierSet& club = *request.mutable_tier_set();
    club.set_code("club");
    club.set_display_name("Club");
    club.set_metric(v1::TIER_METRIC_SPEND);
    club.set_window(v1::TIER_WINDOW_LIFETIME);
    for (const char* code : {"base", "gold"}) {
      v1::Tier& tier = *club.add_tiers();
      tier.set_code(code);
      tier.set_display_name(code);
    }
    club.mutable_tiers(1)->set_threshold(1000000);
    club.mutable_tiers(1)->mutable_benefits()->set_points_multiplier_bps(bps);
    const auto made = Ask(handlers::CreateTierSet, world_, world_.AsStaff(), request);
    ASSERT_TRUE(made.ok()) << made.status();
  }

  TrialWorld world_;
  const std::string ada_;
};

v1::Campaign Nth(int64_t points, int64_t least, int64_t most, int64_t every = 0) {
  v1::Campaign campaign = Fixed(points);
  auto* number = campaign.mutable_condition()->mutable_order_number();
  number->set_least(least);
  number->set_most(most);
  number->set_every(every);
  return campaign;
}
v1::Campaign FirstAtStore(int64_t points) {
  v1::Campaign campaign = Fixed(points);
  campaign.mutable_condition()->mutable_first_at_store();
  return campaign;
}
v1::Campaign PerVisit(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_points_per_visit()->set_points(points);
  return campaign;
}

TEST_F(MemberFactsTest, TheFirstTheThirdAndEverySecondOrder) {
  Activate(Nth(1000, 1, 1));
  Activate(Nth(100, 3, 3));
  Activate(Nth(10, 2, 0, 2));
  EXPECT_EQ(Earn(), 1000);
  EXPECT_EQ(Earn(), 10);
  EXPECT_EQ(Earn(), 100);
  EXPECT_EQ(Earn(), 10);
  EXPECT_EQ(Earn(), 0);
  EXPECT_EQ(Record(OrderOf("")).order_number(), 6);
}

TEST_F(MemberFactsTest, OrdersAreCountedBeforeAnyCampaignAsksForThem) {
  EXPECT_EQ(Earn("north"), 0);
  EXPECT_EQ(Earn("north"), 0);
  Activate(Nth(1000, 1, 1));
  Activate(Nth(5, 3, 3));
  Activate(FirstAtStore(70));
  EXPECT_EQ(Earn("north"), 5) << "the third, and not the first at its store";
  EXPECT_EQ(Earn("south"), 70);
}

TEST_F(MemberFactsTest, TheFirstOrderAtEachStore) {
  Activate(FirstAtStore(70));
  EXPECT_EQ(Earn("north"), 70);
  EXPECT_EQ(Earn("north"), 0);
  EXPECT_EQ(Earn("south"), 70);
  EXPECT_EQ(Earn(""), 0);
}

TEST_F(MemberFactsTest, AnOrderThatIsReturnedWholeGivesItsNumberBack) {
  Activate(Nth(1000, 1, 1));
  Activate(FirstAtStore(70));
  Activate(PerVisit(3));
  const v1::Order first = Record(OrderOf("north"));
  EXPECT_EQ(PointsOf(first), 1073);
  ReturnWhole(first);
  EXPECT_THAT(world_.database().Admin("SELECT 1 FROM campaign_counters WHERE member_id = '" +
                                      base::ToString(*base::DecodeId("mem", ada_)) +
                                      "' AND (orders, amount, points) <> (0, 0, 0)"),
              IsEmpty());
  EXPECT_EQ(Earn("north"), 1073) << "as if the first had never been";
  EXPECT_EQ(Earn("north"), 0);
}

TEST_F(MemberFactsTest, ManyOrdersAtOnceHaveANumberEach) {
  Activate(Nth(1000, 1, 1));
  std::vector<std::thread> clients;
  std::mutex mutex;
  std::set<int64_t> numbers, at_store;
  int64_t points = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        const auto order = world_.Record(OrderOf("north"));
        const std::lock_guard lock(mutex);
        ASSERT_TRUE(order.ok()) << order.status();
        numbers.insert(order->order_number());
        at_store.insert(order->order_number_at_store());
        points += PointsOf(*order);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(numbers.size(), 40u);
  EXPECT_EQ(*numbers.rbegin(), 40);
  EXPECT_EQ(at_store, numbers);
  EXPECT_EQ(points, 1000);
}

TEST_F(MemberFactsTest, TierSegmentAndAttribute) {
  MakeClub(0);
  v1::Campaign tier = Fixed(1), base_tier = Fixed(2), segment = Fixed(10), attribute = Fixed(100);
  tier.mutable_condition()->mutable_tier()->set_tier_set("club");
  base_tier = tier;
  base_tier.mutable_fixed_points()->set_points(2);
  tier.mutable_condition()->mutable_tier()->add_tiers("gold");
  base_tier.mutable_condition()->mutable_tier()->add_tiers("base");
  v1::CreateSegmentRequest list;
  list.set_program_id(world_.program_id());
  list.set_request_id(world_.NewRequestId());
  list.mutable_segment()->set_display_name("regulars");
  list.mutable_segment()->set_kind(v1::SEGMENT_KIND_STATIC);
  const auto listed = Ask(handlers::CreateSegment, world_, world_.AsStaff(), list);
  ASSERT_TRUE(listed.ok()) << listed.status();
  const std::string segment_id = listed->segment().segment_id();
  const base::Uuid regulars = *base::DecodeId("seg", segment_id);
  segment.mutable_condition()->add_segments(segment_id);
  attribute.mutable_condition()->mutable_attribute()->set_name("diet");
  attribute.mutable_condition()->mutable_attribute()->add_values("vegan");
  for (const auto& campaign : {tier, base_tier, segment, attribute}) Activate(campaign);
  EXPECT_EQ(Earn(), 2) << "who has not been evaluated is in the lowest tier";
  PutIntoTier("gold");
  EXPECT_EQ(Earn(), 1);
  world_.database().Admin(
      "INSERT INTO segment_members (bucket, member_id, program_id, segment_id, enter_us) VALUES (" +
      Key() + ", '" + base::ToString(regulars) + "', 1)");
  EXPECT_EQ(Earn(), 11);
  world_.database().Admin(
      "INSERT INTO member_attributes (bucket, member_id, program_id, name, value, update_us) "
      "VALUES (" +
      Key() + ", 'diet', 'vegan', 1)");
  const v1::Order order = Record(OrderOf(""));
  EXPECT_EQ(PointsOf(order), 111);
  EXPECT_THAT(order.tiers(), Contains(Pair("club", "gold")));
  world_.database().Admin("UPDATE member_attributes SET value = 'none'");
  EXPECT_EQ(Earn(), 11);
}

TEST_F(MemberFactsTest, ATierMultipliesAndItsEntryExplainsItself) {
  Activate(PerAmount(1, 100), "base");
  Activate(Fixed(5), "welcome");
  EXPECT_EQ(Earn("", 1999), 24);
  MakeClub(15000);
  EXPECT_EQ(Earn("", 1999), 24) << "not of its tier";
  PutIntoTier("gold");
  const v1::Order order = Record(OrderOf("", 1999));
  EXPECT_EQ(PointsOf(order), 28 + 5) << "1.5 times 19 is 28";
  const v1::RuleResult& result = order.rule_results(order.rule_results_size() - 1);
  EXPECT_EQ(result.tier().tier(), "gold");
  EXPECT_EQ(result.tier().version(), 1);
  EXPECT_EQ(result.campaign_id(), "");
  v1::ExplainEntryRequest request;
  request.set_program_id(world_.program_id());
  request.set_member_id(ada_);
  request.set_entry_id(order.entry_ids(0));
  const auto explained = Ask(handlers::ExplainEntry, world_, world_.AsStaff(), request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->recomputed_amount(), 33);
  ASSERT_EQ(explained->campaigns().steps_size(), 3);
  EXPECT_THAT(explained->campaigns().steps(2).arithmetic(), HasSubstr("times 1.5"));
  ReturnWhole(order);
  EXPECT_EQ(world_.Count("SELECT sum(active) FROM wallets WHERE owner_id = '" +
                         base::ToString(*base::DecodeId("mem", ada_)) + "'"),
            48);
}

TEST_F(MemberFactsTest, ASplitReceiptIsOneVisit) {
  Activate(PerVisit(50));
  int64_t points = 0;
  const absl::Time start = world_.clock().Now();
  for (int i = 0; i < 6; ++i) {
    points += Earn("north", 100);
    world_.clock().Advance(absl::Minutes(10));
  }
  EXPECT_EQ(points, 50);
  EXPECT_EQ(Earn("south"), 50) << "another store";
  world_.clock().Set(start + absl::Minutes(240));
  EXPECT_EQ(Earn("north"), 50) << "the next visit";
  v1::RecordOrderRequest late = OrderOf("north");
  base::SetTimestamp(start - absl::Minutes(5), late.mutable_occur_time());
  EXPECT_EQ(PointsOf(Record(late)), 0) << "recorded late, it is part of the first visit";
}

TEST_F(MemberFactsTest, ARewardStandsOnTheOrderAndOnNoEntry) {
  v1::Campaign reward, tag;
  const std::string reward_id = base::EncodeId("rwd", base::Uuid{1, 0x8000000000000001ULL});
  reward.mutable_grant_reward()->set_reward_id(reward_id);
  reward.mutable_member_limit()->set_max_orders(1);
  tag.mutable_set_attribute()->set_name("tried");
  Activate(PerAmount(1, 100));
  Activate(reward);
  Activate(tag);
  const v1::Order order = Record(OrderOf(""));
  ASSERT_EQ(order.rule_results_size(), 3);
  EXPECT_EQ(order.rule_results(1).granted_reward_id(), reward_id);
  EXPECT_EQ(order.rule_results(2).set_attribute_name(), "tried");
  v1::ExplainEntryRequest request;
  request.set_program_id(world_.program_id());
  request.set_member_id(ada_);
  request.set_entry_id(order.entry_ids(0));
  const auto explained = Ask(handlers::ExplainEntry, world_, world_.AsStaff(), request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->entry().rule_results_size(), 1);
  EXPECT_EQ(explained->recomputed_amount(), 10);
  EXPECT_EQ(Record(OrderOf("")).rule_results_size(), 2) << "once per member";
  ReturnWhole(order);
  EXPECT_EQ(Record(OrderOf("")).rule_results_size(), 2) << "it stays given, and so counted";
}

}  // namespace
}  // namespace laurel::members::testing
