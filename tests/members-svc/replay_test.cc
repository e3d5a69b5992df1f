// Replays: what past orders would have earned, by the job that carries them out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "lib/base/timestamps.h"
#include "tests/members-svc/replay_world.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;

v1::Campaign Named(v1::Campaign campaign, const std::string& name) {
  campaign.set_display_name(name);
  return campaign;
}

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() { world_.database().Admin("DELETE FROM replays"); }

  // Runs a round of `driver` on a thread of its own, slice by slice, and `meanwhile` when it has
  // begun to evaluate.
  void Meanwhile(ReplayOrders& driver, const std::string& replay_id,
                 const std::function<void()>& meanwhile, std::atomic<bool>& stopping) {
    std::thread round([&] { EXPECT_TRUE(driver.Round(stopping).ok()); });
    for (v1::Replay replay = world_.Get(replay_id);
         replay.orders_done() == 0 && !replay.has_finish_time();) {
      replay = world_.Get(replay_id);
    }
    meanwhile();
    round.join();
  }
  void RecordMany() {
    world_.EnrolMembers(3);
    world_.Activate(Named(PerAmount(1, 100), "base"));
    Dice dice(1);
    world_.RecordRandom(dice, 300);
  }
  static ReplayOptions Slowly() {
    ReplayOptions options;
    options.slice = 1;
    options.word = absl::ZeroDuration();
    return options;
  }

  ReplayWorld world_;
};

TEST_F(ReplayTest, UnchangedCampaignsGiveWhatRecordingGave) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  int64_t capped = 0;
  // With some seeds five programmes give too little for a cap: then there are more.
  for (int programme = 0; programme < 5 || (capped == 0 && programme < 30); ++programme) {
    ReplayWorld world;
    world.AddMiles();
    world.EnrolMembers(4);
    world.ActivateRandom(dice, 3 + 3 * (programme % 5));
    world.RecordRandom(dice, 100);
    const v1::Replay replay = world.Run(world.Replaying(), {.first_orders = 7, .next_orders = 5});
    ASSERT_EQ(replay.state(), v1::REPLAY_STATE_DONE) << replay.DebugString();
    const v1::ReplayResult& result = replay.result();
    EXPECT_EQ(result.orders(), 100);
    EXPECT_EQ(result.members(), 4);
    EXPECT_EQ(result.orders_changed(), 0);
    EXPECT_EQ(result.members_changed(), 0);
    for (const auto& wallet : result.wallets()) {
      EXPECT_EQ(wallet.points_given(), wallet.points_replayed());
      EXPECT_EQ(wallet.points_over_caps_given(), wallet.points_over_caps_replayed());
      EXPECT_EQ(wallet.gainers_size() + wallet.losers_size(), 0);
      capped += wallet.points_over_caps_given();
    }
    for (const auto& campaign : result.campaigns()) {
      EXPECT_EQ(campaign.orders_given(), campaign.orders_replayed()) << campaign.DebugString();
      EXPECT_EQ(campaign.points_given(), campaign.points_replayed()) << campaign.DebugString();
    }
    // What was given is what stands in the ledger.
    for (const auto& wallet : result.wallets()) {
      EXPECT_EQ(wallet.points_given(),
                world.Count("SELECT coalesce(sum(active_delta + pending_delta), 0) FROM entries e "
                            "JOIN wallet_types t USING (program_id, wallet_no) WHERE "
                            "e.kind = 1 AND e.program_id = '" +
                            base::ToString(world.program()) + "' AND t.code = '" +
                            wallet.wallet_type() + "'"));
    }
    EXPECT_EQ(replay.orders_done(), 100);
    EXPECT_EQ(replay.orders_total(), 100);
  }
  EXPECT_GT(capped, 0) << "caps have to bite";
}

// The figures of a replay and those of another programme, which recorded the same orders under the
// campaigns that the replay tries.
void ExpectAsRecorded(const v1::ReplayResult& tried, const v1::ReplayResult& recorded) {
  EXPECT_EQ(tried.orders(), recorded.orders());
  std::map<std::string, int64_t> replayed, given;
  for (const auto& wallet : tried.wallets()) {
    if (wallet.points_replayed() != 0) replayed[wallet.wallet_type()] = wallet.points_replayed();
  }
  for (const auto& wallet : recorded.wallets()) {
    if (wallet.points_given() != 0) given[wallet.wallet_type()] = wallet.points_given();
  }
  EXPECT_EQ(replayed, given);
  replayed.clear();
  given.clear();
  for (const auto& campaign : tried.campaigns()) {
    if (campaign.draft() > 0) replayed[campaign.display_name()] = campaign.points_replayed();
  }
  for (const auto& campaign : recorded.campaigns()) {
    given[campaign.display_name()] = campaign.points_given();
  }
  EXPECT_EQ(replayed, given);
  replayed.clear();
  given.clear();
  for (const auto& month : tried.months()) {
    for (const auto& points : month.points()) {
      if (points.points_replayed() == 0) continue;
      replayed[month.month() + " " + points.wallet_type()] = points.points_replayed();
    }
  }
  for (const auto& month : recorded.months()) {
    for (const auto& points : month.points()) {
      if (points.points_given() == 0) continue;
      given[month.month() + " " + points.wallet_type()] = points.points_given();
    }
  }
  EXPECT_EQ(replayed, given);
}

TEST_F(ReplayTest, DraftsGiveWhatRecordingUnderThemGivesElsewhere) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  for (uint32_t round = 0; round < 5; ++round) {
    ReplayWorld here;
    ReplayWorld there;
    Dice dice(seed + round);
    v1::CreateReplayRequest request = here.Replaying();
    request.set_replace_active(true);
    for (int i = 0; i < 6; ++i) {
      v1::Campaign campaign = Named(TrialWorld::RandomCampaign(dice), "draft " + std::to_string(i));
      *request.add_drafts() = campaign;
    }
    here.AddMiles();
    there.AddMiles();
    here.Activate(Named(PerAmount(1, 100), "base"));
    for (const auto& draft : request.drafts()) there.Activate(draft);
    for (ReplayWorld* world : {&here, &there}) {
      world->EnrolMembers(3);
      Dice orders(seed + round);
      world->RecordRandom(orders, 80);
    }
    *request.mutable_end_time() = here.Replaying().end_time();
    const v1::Replay tried = here.Run(request);
    const v1::Replay recorded = there.Run(there.Replaying());
    ASSERT_EQ(tried.state(), v1::REPLAY_STATE_DONE);
    ASSERT_EQ(recorded.state(), v1::REPLAY_STATE_DONE);
    ExpectAsRecorded(tried.result(), recorded.result());
    // And what was given here is there too.
    EXPECT_EQ(tried.result().campaigns().rbegin()->draft(), 0);
    EXPECT_GT(tried.result().campaigns().rbegin()->points_given(), 0);
    EXPECT_EQ(tried.result().campaigns().rbegin()->points_replayed(), 0);
  }
}

TEST_F(ReplayTest, SaysTheSameEachTimeAndSomethingElseForSomethingElse) {
  RecordMany();
  v1::CreateReplayRequest request = world_.Replaying();
  *request.add_drafts() = Named(Times(20000), "double");
  const v1::Replay first = world_.Run(request);
  ASSERT_EQ(first.state(), v1::REPLAY_STATE_DONE);
  EXPECT_EQ(first.result().digest().size(), 64U);
  EXPECT_EQ(first.result().wallets(0).points_replayed(),
            2 * first.result().wallets(0).points_given());
  request.set_request_id(world_.NewRequestId());
  const v1::Replay second = world_.Run(request, {.days = 1, .first_orders = 3, .next_orders = 4});
  EXPECT_NE(second.replay_id(), first.replay_id());
  EXPECT_EQ(second.result().SerializeAsString(), first.result().SerializeAsString());
  request.set_request_id(world_.NewRequestId());
  request.mutable_drafts(0)->mutable_multiplier()->set_factor_bps(20001);
  EXPECT_NE(world_.Run(request).result().digest(), first.result().digest());
}

TEST_F(ReplayTest, TellsCostsMonthsAndWhoGainsTheMost) {
  world_.EnrolMembers(13);
  world_.Activate(Named(PerAmount(1, 100), "base"));
  for (size_t i = 0; i < world_.members().size(); ++i) {
    v1::RecordOrderRequest order = OrderOf({Line("a", 1000 * static_cast<int64_t>(i + 1))});
    order.set_member_id(world_.members()[i]);
    ASSERT_TRUE(world_.Record(order).ok());
    world_.clock().Advance(absl::Hours(72));
  }
  v1::CreateReplayRequest request = world_.Replaying();
  request.add_point_costs()->set_minor_units_per_thousand(1250);
  *request.add_drafts() = Named(Times(30000), "triple");
  const v1::ReplayResult result = world_.Run(request).result();
  // 10 + 20 + … + 130 points, from 1 January, one order every three days.
  ASSERT_EQ(result.wallets_size(), 1);
  const v1::ReplayWallet& points = result.wallets(0);
  EXPECT_EQ(points.points_given(), 910);
  EXPECT_EQ(points.points_replayed(), 2730);
  EXPECT_EQ(points.cost_given_minor_units(), 1138);
  EXPECT_EQ(points.cost_replayed_minor_units(), 3413);
  ASSERT_EQ(points.gainers_size(), 10);
  EXPECT_EQ(points.gainers(0).member_id(), world_.members()[12]);
  EXPECT_EQ(points.gainers(0).points_given(), 130);
  EXPECT_EQ(points.gainers(0).points_replayed(), 390);
  EXPECT_EQ(points.gainers(9).member_id(), world_.members()[3]);
  EXPECT_EQ(points.losers_size(), 0);
  EXPECT_EQ(result.orders_changed(), 13);
  EXPECT_EQ(result.members_changed(), 13);
  ASSERT_EQ(result.months_size(), 2);
  EXPECT_EQ(result.months(0).month(), "2026-01");
  EXPECT_EQ(result.months(0).orders(), 11);
  EXPECT_EQ(result.months(0).points(0).points_given(), 660);
  EXPECT_EQ(result.months(1).points(0).points_replayed(), 750);
}

TEST_F(ReplayTest, ASampleIsAlwaysTheSameMembers) {
  world_.EnrolMembers(40);
  world_.Activate(Named(PerAmount(1, 100), "base"));
  for (const std::string& member : world_.members()) {
    v1::RecordOrderRequest order = OrderOf({Line("a", 1000)});
    order.set_member_id(member);
    ASSERT_TRUE(world_.Record(order).ok());
  }
  v1::CreateReplayRequest request = world_.Replaying();
  request.set_sample_every(3);
  const v1::ReplayResult sample = world_.Run(request).result();
  EXPECT_GT(sample.orders(), 0);
  EXPECT_LT(sample.orders(), 40);
  request.set_request_id(world_.NewRequestId());
  EXPECT_EQ(world_.Run(request).result().digest(), sample.digest());
}

TEST_F(ReplayTest, OrdersOutsideTheRangeOrRecordedLaterAreLeftOut) {
  world_.EnrolMembers(1);
  world_.Activate(Named(Fixed(5), "fixed"));
  v1::RecordOrderRequest order = OrderOf({Line("a", 1000)});
  order.set_member_id(world_.members()[0]);
  const absl::Time start = world_.clock().Now();
  for (int day = 0; day < 5; ++day) {
    base::SetTimestamp(world_.clock().Now(), order.mutable_occur_time());
    ASSERT_TRUE(world_.Record(order).ok());
    world_.clock().Advance(absl::Hours(24));
  }
  v1::CreateReplayRequest request = world_.Replaying();
  base::SetTimestamp(start + absl::Hours(24), request.mutable_start_time());
  base::SetTimestamp(start + absl::Hours(96), request.mutable_end_time());
  const auto created = world_.Create(request);
  ASSERT_TRUE(created.ok()) << created.status();
  world_.clock().Advance(absl::Seconds(1));
  base::SetTimestamp(start + absl::Hours(48), order.mutable_occur_time());
  ASSERT_TRUE(world_.Record(order).ok()) << "late, and after the replay was made";
  ReplayOrders driver = world_.Driver();
  ASSERT_TRUE(*driver.Round(false));
  EXPECT_EQ(world_.Get(created->replay_id()).result().orders(), 3);
  EXPECT_FALSE(*driver.Round(false)) << "nothing waits any more";
}

TEST_F(ReplayTest, CancelledMidwayItEndsAndStaysSo) {
  RecordMany();
  const auto created = world_.Create(world_.Replaying());
  ASSERT_TRUE(created.ok()) << created.status();
  ReplayOrders driver = world_.Driver(Slowly());
  std::atomic<bool> stopping = false;
  Meanwhile(
      driver, created->replay_id(),
      [&] {
        const auto cancelled = world_.Cancel(created->replay_id());
        ASSERT_TRUE(cancelled.ok()) << cancelled.status();
        EXPECT_EQ(cancelled->state(), v1::REPLAY_STATE_CANCELLED);
      },
      stopping);
  EXPECT_FALSE(*driver.Round(stopping));
  EXPECT_EQ(world_.Get(created->replay_id()).state(), v1::REPLAY_STATE_CANCELLED);
  EXPECT_TRUE(world_.Cancel(created->replay_id()).ok()) << "cancelled again is cancelled";
}

TEST_F(ReplayTest, LeftByOneItIsDoneByAnotherAndTheFirstWritesNothingMore) {
  RecordMany();
  const auto created = world_.Create(world_.Replaying());
  ASSERT_TRUE(created.ok()) << created.status();
  ReplayOrders first = world_.Driver(Slowly());
  ReplayOrders second = world_.Driver();
  std::atomic<bool> stopping = false;
  v1::Replay done;
  Meanwhile(
      first, created->replay_id(),
      [&] {
        EXPECT_FALSE(*second.Round(stopping)) << "the first holds the lease";
        // As if its lease had run out, and another had taken it and died.
        world_.database().Admin("UPDATE replays SET fence = fence + 1, until_us = 0");
        // A round passes by a row that the first holds, trying to tell how far it is.
        bool taken = false;
        for (int round = 0; round < 1000 && !taken; ++round) taken = *second.Round(stopping);
        EXPECT_TRUE(taken);
        done = world_.Get(created->replay_id());
      },
      stopping);
  EXPECT_EQ(done.state(), v1::REPLAY_STATE_DONE);
  EXPECT_EQ(world_.Get(created->replay_id()).SerializeAsString(), done.SerializeAsString());
}

TEST_F(ReplayTest, AStoppingProgramLeavesItToTheNextAtOnce) {
  RecordMany();
  const auto created = world_.Create(world_.Replaying());
  ASSERT_TRUE(created.ok()) << created.status();
  ReplayOrders first = world_.Driver(Slowly());
  std::atomic<bool> stopping = false;
  Meanwhile(
      first, created->replay_id(), [&] { stopping = true; }, stopping);
  EXPECT_EQ(world_.Get(created->replay_id()).state(), v1::REPLAY_STATE_RUNNING);
  stopping = false;
  ReplayOrders second = world_.Driver();
  EXPECT_TRUE(*second.Round(stopping));
  EXPECT_EQ(world_.Get(created->replay_id()).state(), v1::REPLAY_STATE_DONE);
}

TEST_F(ReplayTest, TwoAtOnceAndTheLatestThousandAreKept) {
  const auto first = world_.Create(world_.Replaying());
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(world_.Create(world_.Replaying()).ok());
  EXPECT_REASON(world_.Create(world_.Replaying()).status(), "TOO_MANY_REPLAYS");
  ReplayWorld other;
  EXPECT_TRUE(other.Create(other.Replaying()).ok()) << "each programme has two";
  ASSERT_TRUE(world_.Cancel(first->replay_id()).ok());
  EXPECT_TRUE(world_.Create(world_.Replaying()).ok());
  // A thousand older ones, that have ended.
  world_.database().Admin(
      "INSERT INTO replays (program_id, replay_id, state, content, create_us, finish_us) "
      "SELECT '" +
      base::ToString(world_.program()) +
      "', lpad(to_hex(i), 32, '0')::uuid, 4, '', i, i FROM generate_series(1, 1200) i");
  ReplayOrders driver = world_.Driver();
  while (*driver.Round(false)) {
  }
  ASSERT_TRUE(world_.Create(world_.Replaying()).ok());
  const std::string where =
      " FROM replays WHERE program_id = '" + base::ToString(world_.program()) + "'";
  EXPECT_EQ(world_.Count("SELECT count(*)" + where), 1000);
  EXPECT_EQ(world_.Count("SELECT count(*)" + where + " AND state IN (1, 3)"), 3);

  v1::ListReplaysRequest list;
  list.set_program_id(world_.program_id());
  list.set_page_size(400);
  std::set<std::string> seen;
  do {
    const auto page = Ask(handlers::ListReplays, world_, world_.AsStaff(), list);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& replay : page->replays()) seen.insert(replay.replay_id());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(seen.size(), 1000U);
}

TEST_F(ReplayTest, WhatDoesNotFitIntoMemoryFailsByName) {
  RecordMany();
  const v1::Replay replay = world_.Run(world_.Replaying(), {.most_bytes = 10000});
  EXPECT_EQ(replay.state(), v1::REPLAY_STATE_FAILED);
  EXPECT_EQ(replay.error_reason(), "REPLAY_TOO_LARGE");
  EXPECT_REASON(world_.Cancel(replay.replay_id()).status(), "REPLAY_STATE");
}

TEST_F(ReplayTest, WhatIsCountedFromTheOrdersHasToFitToo) {
  world_.EnrolMembers(10);
  for (int i = 0; i < 20; ++i) {
    v1::Campaign campaign = Named(Fixed(5), "limited " + std::to_string(i));
    campaign.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
    campaign.mutable_member_limit()->set_max_points(100);
    world_.Activate(campaign);
  }
  Dice dice(1);
  world_.RecordRandom(dice, 50);
  const auto stored = static_cast<size_t>(
      world_.Count("SELECT sum(length(content) + 64) FROM orders WHERE program_id = '" +
                   base::ToString(world_.program()) + "'"));
  const v1::Replay replay = world_.Run(world_.Replaying(), {.most_bytes = stored + 20000});
  EXPECT_EQ(replay.state(), v1::REPLAY_STATE_FAILED);
  EXPECT_EQ(replay.error_reason(), "REPLAY_TOO_LARGE");
  EXPECT_EQ(world_.Run(world_.Replaying(), {.most_bytes = stored + 2000000}).state(),
            v1::REPLAY_STATE_DONE);
}

TEST_F(ReplayTest, WhatNobodyBringsToItsEndIsGivenUp) {
  RecordMany();
  const auto created = world_.Create(world_.Replaying());
  ASSERT_TRUE(created.ok()) << created.status();
  const auto taken_by_others = [&](int64_t times) {
    world_.database().Admin(
        "UPDATE replays SET state = 2, until_us = 0, holder = replay_id, "
        "fence = " +
        std::to_string(times));
  };
  taken_by_others(5);
  ReplayOrders first = world_.Driver();
  ReplayOrders second = world_.Driver();
  EXPECT_TRUE(*first.Round(false));
  EXPECT_FALSE(*second.Round(false)) << "it waits for nobody any more";
  const v1::Replay given_up = world_.Get(created->replay_id());
  EXPECT_EQ(given_up.state(), v1::REPLAY_STATE_FAILED);
  EXPECT_EQ(given_up.error_reason(), "REPLAY_GIVEN_UP");
  // Once less, and it is carried out.
  const auto again = world_.Create(world_.Replaying());
  ASSERT_TRUE(again.ok()) << again.status();
  world_.database().Admin("UPDATE replays SET fence = 4 WHERE state = 1");
  EXPECT_TRUE(*second.Round(false));
  EXPECT_EQ(world_.Get(again->replay_id()).state(), v1::REPLAY_STATE_DONE);
}

TEST_F(ReplayTest, WrongRequestsAreRefused) {
  v1::CreateReplayRequest request = world_.Replaying();
  *request.mutable_end_time() = request.start_time();
  EXPECT_REASON(world_.Create(request).status(), "REPLAY_INVALID");
  request = world_.Replaying();
  request.add_point_costs()->set_wallet_type("none");
  EXPECT_REASON(world_.Create(request).status(), "REPLAY_INVALID");
  request = world_.Replaying();
  request.add_point_costs()->set_wallet_type("points");
  request.add_point_costs();  // points, too
  EXPECT_REASON(world_.Create(request).status(), "REPLAY_INVALID");
  request = world_.Replaying();
  *request.add_drafts() = Named(v1::Campaign(), "no effect");
  EXPECT_REASON(world_.Create(request).status(), "CAMPAIGN_INVALID");
  request = world_.Replaying();
  request.add_campaign_ids(base::EncodeId("cmp", world_.ids().Next(Noon())));
  EXPECT_REASON(world_.Create(request).status(), "CAMPAIGN_NOT_FOUND");
  v1::GetReplayRequest get;
  get.set_program_id(world_.program_id());
  get.set_replay_id(base::EncodeId("rpl", world_.ids().Next(Noon())));
  EXPECT_REASON(Ask(handlers::GetReplay, world_, world_.AsStaff(), get).status(),
                "REPLAY_NOT_FOUND");
  // The same request again is the same replay.
  request = world_.Replaying();
  const auto once = world_.Create(request);
  ASSERT_TRUE(once.ok()) << once.status();
  EXPECT_EQ(world_.Create(request)->replay_id(), once->replay_id());
}

}  // namespace
}  // namespace laurel::members::testing
