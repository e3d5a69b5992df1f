// Replays and tiers, by the job that carries replays out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/replay_world.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members::testing {
namespace {

v1::TierSet Named(v1::TierSet set, const std::string& code) {
  set.set_code(code);
  set.clear_version();
  return set;
}
v1::TierSet OfPoints(const std::vector<int64_t>& thresholds) {
  v1::TierSet set =
      SetOf(thresholds, v1::TIER_WINDOW_ROLLING_MONTHS, v1::TierDowngrade::FORM_AT_ONCE);
  set.set_window_months(1);
  set.set_metric(v1::TIER_METRIC_POINTS_EARNED);
  return Named(set, "earners");
}

class ReplayTiersTest : public ::testing::Test {
 protected:
  ReplayTiersTest() { world_.database().Admin("DELETE FROM replays"); }

  void Create(v1::TierSet set) {
    v1::CreateTierSetRequest request;
    request.set_program_id(world_.program_id());
    request.set_request_id(world_.NewRequestId());
    *request.mutable_tier_set() = std::move(set);
    const auto made = Ask(handlers::CreateTierSet, world_, world_.AsStaff(), request);
    ASSERT_TRUE(made.ok()) << made.status();
  }
  // Where all members stand now, as they are told: "club silver" → how many.
  std::map<std::string, int64_t> Standing() {
    std::map<std::string, int64_t> out;
    for (const std::string& member : world_.members()) {
      v1::GetMemberTiersRequest request;
      request.set_program_id(world_.program_id());
      request.set_member_id(member);
      const auto answer = Ask(handlers::GetMemberTiers, world_, world_.AsStaff(), request);
      EXPECT_TRUE(answer.ok()) << answer.status();
      for (const v1::MemberTier& tier : answer->tiers()) ++out[tier.tier_set() + " " + tier.tier()];
    }
    return out;
  }
  static std::map<std::string, int64_t> Given(const v1::ReplayResult& result) {
    std::map<std::string, int64_t> out;
    for (const v1::ReplayTierSet& set : result.tier_sets()) {
      for (const v1::ReplayTier& tier : set.tiers()) {
        if (tier.members_given() > 0) out[set.code() + " " + tier.tier()] = tier.members_given();
      }
    }
    return out;
  }
  void RecordMany(Dice& dice) {
    v1::Campaign base = PerAmount(1, 100);
    base.set_display_name("base");
    world_.Activate(base);
    world_.EnrolMembers(20);
    world_.RecordRandom(dice, 300);  // so many that nobody is without
  }

  ReplayWorld world_;
};

TEST_F(ReplayTiersTest, UnderWhatHoldsMembersStandWhereTheyStand) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  Create(OfPoints({0, 300, 900}));
  Create(Named(
      SetOf({0, 60000, 200000}, v1::TIER_WINDOW_CALENDAR_YEAR, v1::TierDowngrade::FORM_PERIOD_END),
      "club"));
  v1::TierSet visits =
      SetOf({0, 3, 6}, v1::TIER_WINDOW_SINCE_JOINING, v1::TierDowngrade::FORM_NONE);
  visits.set_metric(v1::TIER_METRIC_VISITS);
  Create(Named(visits, "guests"));
  RecordMany(dice);
  const v1::Replay replay = world_.Run(world_.Replaying());
  ASSERT_EQ(replay.state(), v1::REPLAY_STATE_DONE) << replay.DebugString();
  ASSERT_EQ(replay.result().tier_sets_size(), 3);
  EXPECT_EQ(replay.result().members(), 20) << "with so many orders everybody has one";
  EXPECT_EQ(Given(replay.result()), Standing());
  for (const v1::ReplayTierSet& set : replay.result().tier_sets()) {
    EXPECT_EQ(set.moves_size(), 0) << set.DebugString();
    EXPECT_EQ(set.rises_given(), set.rises_replayed());
    EXPECT_EQ(set.falls_given(), set.falls_replayed());
  }
}

TEST_F(ReplayTiersTest, DraftsMoveMembersAndItSaysTheSameEachTime) {
  Dice dice(7);
  Create(OfPoints({0, 300, 900}));
  RecordMany(dice);
  v1::CreateReplayRequest request = world_.Replaying();
  const v1::ReplayResult before = world_.Run(request).result();
  v1::Campaign twice = Times(20000);
  twice.set_display_name("twice");
  *request.add_drafts() = twice;
  request.set_request_id(world_.NewRequestId());
  const v1::ReplayResult more = world_.Run(request).result();
  ASSERT_EQ(more.tier_sets_size(), 1);
  EXPECT_GT(more.tier_sets(0).members_higher(), 0);
  EXPECT_EQ(more.tier_sets(0).members_lower(), 0);
  EXPECT_EQ(Given(more), Given(before));
  // Twice the points for tiers that take twice as many: everybody stands where they stood.
  *request.add_tier_sets() = OfPoints({0, 600, 1800});
  request.set_request_id(world_.NewRequestId());
  const v1::Replay same = world_.Run(request);
  EXPECT_EQ(same.tier_sets(0).draft().tiers(1).threshold(), 600);
  EXPECT_TRUE(same.result().tier_sets(0).draft());
  EXPECT_EQ(same.result().tier_sets(0).moves_size(), 0);
  EXPECT_NE(same.result().digest(), more.digest());
  request.set_request_id(world_.NewRequestId());
  const v1::Replay again = world_.Run(request, {.days = 1, .first_orders = 3, .next_orders = 4});
  EXPECT_EQ(again.result().SerializeAsString(), same.result().SerializeAsString());
  v1::ListReplaysRequest list;
  list.set_program_id(world_.program_id());
  const auto page = Ask(handlers::ListReplays, world_, world_.AsStaff(), list);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->replays(0).tier_sets_size(), 0) << "lists are without tier sets";
}

TEST_F(ReplayTiersTest, AWrongDraftIsRefused) {
  v1::CreateReplayRequest request = world_.Replaying();
  *request.add_tier_sets() = OfPoints({0, 0});
  EXPECT_REASON(world_.Create(request).status(), "TIER_SET_INVALID");
  *request.mutable_tier_sets(0) = OfPoints({0, 10});
  request.mutable_tier_sets(0)->set_wallet_type("none");
  EXPECT_REASON(world_.Create(request).status(), "TIER_SET_INVALID");
}

}  // namespace
}  // namespace laurel::members::testing
