// Challenges, progress, badges and what they pay, against a real database.

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "gamification-svc/handlers/handlers.h"
#include "lib/base/timestamps.h"
#include "lib/rules/rules.h"
#include "lib/status/error.h"
#include "tests/gamification-svc/rig.h"

namespace laurel::gamification {
namespace {

using testing::Fate;

constexpr absl::Duration kDay = absl::Hours(24);

class ChallengeTest : public ::testing::Test {
 protected:
  static std::string Reason(const absl::Status& status) { return status::ReasonOf(status); }
  void Give(const std::vector<events::v1::Event>& events) {
    const absl::Status status = rig.Deliver(rig.Delivery(events));
    ASSERT_TRUE(status.ok()) << status;
  }
  Rig rig;
};

TEST_F(ChallengeTest, EveryMethodHasItsRules) {
  for (const char* name :
       {"laurel.gamification.v1.ChallengeService", "laurel.gamification.v1.BadgeService",
        "laurel.gamification.v1.LeaderboardService"}) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr) << name;
    EXPECT_TRUE(rules::CheckServiceRules(service).ok()) << name;
  }
}

TEST_F(ChallengeTest, CreateChallengeIsRepeatableAndGetChallengeKeepsProgrammesApart) {
  v1::CreateChallengeRequest request;
  request.set_program_id(rig.program_id);
  request.set_request_id(rig.RequestId());
  *request.mutable_challenge() = ThreeOrdersIn30Days();
  v1::CreateChallengeResponse first, second;
  ASSERT_TRUE(handlers::CreateChallenge(rig.deps(), Rig::AsOperator(), request, &first).ok());
  ASSERT_TRUE(handlers::CreateChallenge(rig.deps(), Rig::AsOperator(), request, &second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  request.mutable_challenge()->set_target(4);
  EXPECT_EQ(Reason(handlers::CreateChallenge(rig.deps(), Rig::AsOperator(), request, &second)),
            "REQUEST_ID_REUSED");
  v1::Challenge wrong = ThreeOrdersIn30Days();
  wrong.set_event_type(v1::EVENT_TYPE_MEMBER_ENROLLED);
  wrong.set_measure(v1::MEASURE_SUM_AMOUNT);
  EXPECT_EQ(Reason(rig.Create(wrong).status()), "CHALLENGE_INVALID");

  v1::GetChallengeRequest get;
  get.set_program_id(rig.program_id);
  get.set_challenge_id(first.challenge().challenge_id());
  v1::GetChallengeResponse got;
  ASSERT_TRUE(handlers::GetChallenge(rig.deps(), Rig::AsOperator(), get, &got).ok());
  EXPECT_EQ(got.challenge().SerializeAsString(), first.challenge().SerializeAsString());
  get.set_program_id(base::EncodeId("prg", {1, 1}));
  EXPECT_EQ(Reason(handlers::GetChallenge(rig.deps(), Rig::AsOperator(), get, &got)),
            "CHALLENGE_NOT_FOUND");
}

TEST_F(ChallengeTest, ListChallengesPagesOldestFirst) {
  std::vector<std::string> made, listed;
  for (int i = 0; i < 5; ++i) made.push_back(rig.Make(ThreeOrdersIn30Days()).challenge_id());
  v1::ListChallengesRequest request;
  request.set_program_id(rig.program_id);
  request.set_page_size(2);
  do {
    v1::ListChallengesResponse response;
    ASSERT_TRUE(handlers::ListChallenges(rig.deps(), Rig::AsOperator(), request, &response).ok());
    for (const auto& challenge : response.challenges()) listed.push_back(challenge.challenge_id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
}

TEST_F(ChallengeTest, ThreeOrdersIn30DaysGiveBadgeAndPointsOnce) {
  const auto challenge = rig.Make(ThreeOrdersIn30Days());
  const std::string member = rig.Member();
  Give({rig.Order(member, rig.clock.Now(), 100)});
  rig.clock.Advance(10 * kDay);
  Give({rig.Order(member, rig.clock.Now(), 100)});
  EXPECT_EQ(rig.OnlyProgress(member).value(), 2);
  EXPECT_FALSE(rig.OnlyProgress(member).has_complete_time());
  rig.clock.Advance(10 * kDay);
  const auto third = rig.Order(member, rig.clock.Now(), 100);
  Give({third});
  Give({third, rig.Order(member, rig.clock.Now(), 100)});
  const auto completed = rig.OnlyProgress(member);
  EXPECT_EQ(completed.value(), 3);
  EXPECT_EQ(base::FromTimestamp(completed.complete_time()), rig.clock.Now());
  EXPECT_FALSE(completed.paid());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_TRUE(rig.OnlyProgress(member).paid());
  EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.members.Entries(member), 1);
  const auto badges = rig.Badges(member);
  ASSERT_EQ(badges.size(), 1U);
  EXPECT_EQ(badges[0].code(), "regular");
  EXPECT_EQ(badges[0].challenge_id(), challenge.challenge_id());
  const auto told = rig.Outbox();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].member_id(), member);
  EXPECT_EQ(told[0].challenge_completed().challenge_id(), challenge.challenge_id());
  EXPECT_EQ(told[0].challenge_completed().badge(), "regular");
  EXPECT_EQ(told[0].challenge_completed().points(), 100);
}

TEST_F(ChallengeTest, OrdersThatLieTooFarApartDoNotComplete) {
  rig.Make(ThreeOrdersIn30Days());
  const std::string member = rig.Member();
  for (int i = 0; i < 5; ++i) {
    Give({rig.Order(member, rig.clock.Now(), 100)});
    rig.clock.Advance(16 * kDay);
  }
  EXPECT_EQ(rig.OnlyProgress(member).value(), 1);
  EXPECT_TRUE(rig.Badges(member).empty());
}

TEST_F(ChallengeTest, OnlyEventsFromItsMakingOnCount) {
  const std::string member = rig.Member();
  rig.clock.Advance(kDay);
  rig.Make(ThreeOrdersIn30Days());
  const absl::Time made = rig.clock.Now();
  Give({rig.Order(member, made - absl::Microseconds(1), 100), rig.Order(member, made, 100)});
  EXPECT_EQ(rig.OnlyProgress(member).value(), 1);
}

TEST_F(ChallengeTest, OtherChallengesAreDataToo) {
  rig.Make(FiftyOfDairyIn10Days());
  rig.Make(FourTimesPoints());
  rig.Make(SixMugs());
  const std::string member = rig.Member();
  auto order = rig.Order(member, rig.clock.Now(), 0);
  AddLine(order, "milk", "dairy", 1000, 3000);
  AddLine(order, "mug", "kitchen", 4000, 9900);
  Give({order, rig.Points(member, 5), rig.Points(member, 4), rig.Points(member, 50, "stars")});
  auto progress = rig.Progress(member);
  ASSERT_EQ(progress.size(), 3U);
  EXPECT_EQ(progress[0].value(), 3000);
  EXPECT_EQ(progress[1].value(), 1);
  EXPECT_EQ(progress[2].value(), 4000);
  rig.clock.Advance(400 * kDay);  // long after: only the one with a window forgets
  order = rig.Order(member, rig.clock.Now(), 0);
  AddLine(order, "milk", "dairy", 1000, 2000);
  AddLine(order, "mug", "kitchen", 2000, 100);
  Give({order, rig.Points(member, 5), rig.Points(member, 6), rig.Points(member, 7)});
  progress = rig.Progress(member);
  EXPECT_EQ(progress[0].value(), 2000);
  EXPECT_FALSE(progress[0].has_complete_time());
  EXPECT_TRUE(progress[1].has_complete_time());
  EXPECT_TRUE(progress[1].paid());  // it pays nothing, so nothing is owed
  EXPECT_TRUE(progress[2].has_complete_time());
  order = rig.Order(member, rig.clock.Now() + 10 * kDay, 0);
  AddLine(order, "cheese", "dairy", 1000, 3000);
  Give({order});
  EXPECT_TRUE(rig.Progress(member)[0].has_complete_time());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 27);
  EXPECT_EQ(rig.Badges(member, 1).size(), 2U);
}

TEST_F(ChallengeTest, G5ReferThreeFriendsPaysTheReferrerOnce) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  challenge.set_event_type(v1::EVENT_TYPE_REFERRAL_QUALIFIED);
  challenge.set_window_days(0);
  rig.Make(challenge);
  const std::string referrer = rig.Member();
  for (int friends = 1; friends <= 4; ++friends) {
    const std::string referee = rig.Member();
    auto event = rig.Event(referee);
    event.mutable_referral_qualified()->set_referrer_member_id(referrer);
    event.mutable_referral_qualified()->set_referee_member_id(referee);
    Give({event});
    ASSERT_TRUE(rig.PayAll());
    EXPECT_EQ(rig.members.Balance(referrer), friends >= 3 ? 100 : 0);
    EXPECT_EQ(rig.OnlyProgress(referee).value(), 0);
  }
  EXPECT_EQ(rig.members.Entries(referrer), 1);
}

TEST_F(ChallengeTest, EveryTypeOfEventCounts) {
  std::vector<events::v1::Event> all;
  const std::string member = rig.Member();
  for (const auto type : {v1::EVENT_TYPE_ORDER_RECORDED, v1::EVENT_TYPE_POINTS_EARNED,
                          v1::EVENT_TYPE_POINTS_SPENT, v1::EVENT_TYPE_REWARD_ISSUED,
                          v1::EVENT_TYPE_REFERRAL_QUALIFIED, v1::EVENT_TYPE_MEMBER_ENROLLED}) {
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_event_type(type);
    challenge.set_target(1);
    rig.Make(challenge);
  }
  all.push_back(rig.Order(member, rig.clock.Now(), 100));
  all.push_back(rig.Points(member, 10));
  all.push_back(rig.Event(member));
  all.back().mutable_points_spent()->set_wallet_type("points");
  all.back().mutable_points_spent()->set_amount(3);
  all.push_back(rig.Event(member));
  all.back().mutable_reward_issued()->set_points(3);
  all.push_back(rig.Event(member));
  all.back().mutable_referral_qualified()->set_referrer_member_id(member);
  all.push_back(rig.Event(member));
  base::SetTimestamp(rig.clock.Now(), all.back().mutable_member_enrolled()->mutable_join_time());
  Give(all);
  for (const auto& progress : rig.Progress(member))
    EXPECT_TRUE(progress.has_complete_time()) << progress.challenge().event_type();
  EXPECT_EQ(rig.Badges(member, 2).size(), 6U);
}

TEST_F(ChallengeTest, ARefusedPayoutLeavesTheBadgeAndIsNotPaid) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  challenge.set_target(1);
  rig.Make(challenge);
  const std::string member = rig.Member();
  rig.members.Block(member);
  Give({rig.Order(member, rig.clock.Now(), 100)});
  ASSERT_TRUE(rig.PayAll());
  EXPECT_TRUE(rig.OnlyProgress(member).has_complete_time());
  EXPECT_FALSE(rig.OnlyProgress(member).paid());
  EXPECT_EQ(rig.Badges(member).size(), 1U);
  EXPECT_EQ(rig.Counter("laurel_gamification_payouts_total{outcome=\"refused\"}"), 1);
}

TEST_F(ChallengeTest, AStaleFenceIsRefused) {
  rig.Make(ThreeOrdersIn30Days());
  const std::string member = rig.Member();
  ASSERT_TRUE(rig.Deliver(rig.Delivery({rig.Event(member)}, 2)).ok());
  EXPECT_EQ(Reason(rig.Deliver(rig.Delivery({rig.Order(member, rig.clock.Now(), 1)}, 1))),
            "STALE_FENCE");
  EXPECT_EQ(rig.OnlyProgress(member).value(), 0);
}

TEST_F(ChallengeTest, ManyMembersAtOnceOnFourLanesCompleteOnce) {
  rig.Make(ThreeOrdersIn30Days());
  std::vector<std::string> members;
  std::vector<events::v1::Event> orders;
  for (int i = 0; i < 40; ++i) members.push_back(rig.Member());
  for (int k = 0; k < 4; ++k) {
    for (const auto& member : members) orders.push_back(rig.Order(member, rig.clock.Now(), 100));
  }
  std::vector<std::thread> threads;
  for (int lane = 0; lane < 4; ++lane) {
    threads.emplace_back([&, lane] {
      auto request = rig.Delivery(orders);
      request.set_lane(lane);
      const absl::Status status = rig.Deliver(request);
      EXPECT_TRUE(status.ok()) << status;
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(rig.PayAll());
  for (const auto& member : members) EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.Outbox().size(), members.size());
}

// The same events, each at least twice, in any order and any cut, with a members-svc that loses
// requests and answers: one end state.
TEST_F(ChallengeTest, EveryOrderOfArrivalEndsInTheSameState) {
  const uint64_t seed = testing::Seed();
  for (uint64_t round = 0; round < 12; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::string expected;
    for (uint64_t arrival = 0; arrival < 3; ++arrival) {
      Rig fresh;
      for (const auto& challenge :
           {ThreeOrdersIn30Days(), FiftyOfDairyIn10Days(), FourTimesPoints(), SixMugs()})
        fresh.Make(challenge);
      std::mt19937_64 random(seed + round);  // the same history for each arrival
      std::vector<std::string> members;
      std::vector<events::v1::Event> history;
      for (int i = 0; i < 4; ++i) members.push_back(fresh.Member());
      for (int i = 0; i < 40; ++i) {
        const std::string& member = members[random() % members.size()];
        const absl::Time at =
            fresh.clock.Now() + absl::Hours(static_cast<int64_t>(random() % 2160) - 120);
        if (random() % 3 == 0) {
          history.push_back(fresh.Points(member, 1 + static_cast<int64_t>(random() % 10), at));
          continue;
        }
        auto order = fresh.Order(member, at, 0);
        AddLine(order, random() % 2 == 0 ? "mug" : "milk", random() % 2 == 0 ? "dairy" : "home",
                static_cast<int64_t>(random() % 3000), static_cast<int64_t>(random() % 4000));
        history.push_back(order);
      }
      fresh.clock.Advance(90 * kDay);
      std::mt19937_64 shuffle(seed + 1000 * (round + 1) + arrival);
      std::vector<events::v1::DeliverRequest> deliveries;
      if (arrival == 0) {  // the measure of the others: each once, as they happened
        for (const auto& event : history) deliveries.push_back(fresh.Delivery({event}));
      } else {
        deliveries = fresh.Shuffled(history, shuffle);
        fresh.members.SetFate([&] { return static_cast<Fate>(shuffle() % 4); });
      }
      for (const auto& delivery : deliveries) {
        ASSERT_TRUE(fresh.Deliver(delivery).ok());
        if (shuffle() % 4 == 0) fresh.PayOnce();
      }
      ASSERT_TRUE(fresh.PayAll());
      const std::string state = EndState(fresh, members);
      if (arrival == 0) expected = state;
      ASSERT_EQ(state, expected) << "LAUREL_SEED=" << seed;
    }
  }
}

}  // namespace
}  // namespace laurel::gamification
