// Orders that make referrals qualify, and what that pays: once, whatever is delivered how often.

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "lib/events/upkeep.h"
#include "lib/status/error.h"
#include "tests/referrals-svc/rig.h"

namespace laurel::referrals {
namespace {

using testing::Fate;

class DeliverTest : public ::testing::Test {
 protected:
  void Give(const std::vector<events::v1::Event>& events) {
    const absl::Status status = rig.Deliver(rig.Delivery(events));
    ASSERT_TRUE(status.ok()) << status;
  }
  Rig rig;
};

TEST_F(DeliverTest, TheFirstQualifyingOrderPaysBothSidesOnce) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  rig.clock.Advance(absl::Hours(1));
  const auto small = rig.Order(pair.referee_id, rig.clock.Now(), 999);
  const auto first = rig.Order(pair.referee_id, rig.clock.Now(), 1000);
  const auto second = rig.Order(pair.referee_id, rig.clock.Now(), 5000);
  Give({small, first, second});
  Give({first, second});
  const auto qualified = rig.Get(pair.referral_id);
  EXPECT_EQ(qualified->state(), v1::REFERRAL_STATE_QUALIFIED);
  EXPECT_EQ(qualified->order_id(), first.order_recorded().order_id());
  EXPECT_TRUE(qualified->has_qualify_time());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
  EXPECT_EQ(rig.members.Balance(pair.referrer_id), 100);
  EXPECT_EQ(rig.members.Balance(pair.referee_id), 50);
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 9000)});
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Entries(pair.referrer_id), 1);
  EXPECT_EQ(rig.members.Entries(pair.referee_id), 1);
}

TEST_F(DeliverTest, ReferralQualifiedIsToldOnce) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  const auto order = rig.Order(pair.referee_id, rig.clock.Now(), 1000);
  Give({order});
  Give({order});
  const auto events = rig.Outbox();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].source(), "referrals");
  EXPECT_EQ(events[0].subject(), pair.referral_id);
  EXPECT_EQ(events[0].program_id(), rig.program_id);
  EXPECT_EQ(events[0].referral_qualified().referrer_member_id(), pair.referrer_id);
  EXPECT_EQ(events[0].referral_qualified().referee_member_id(), pair.referee_id);
}

// G5's shape: the reward comes once, more orders or friends add nothing to what one referral paid.
TEST_F(DeliverTest, G5EachReferralPaysOnceHoweverManyOrdersFollow) {
  const auto program = rig.MakeProgram();
  const std::string referrer = rig.Member();
  const std::string code = rig.Code(referrer, program.referral_program_id()).value();
  for (int friends = 1; friends <= 3; ++friends) {
    const std::string referee = rig.Member();
    ASSERT_TRUE(rig.Register(referee, code).ok());
    for (int i = 0; i < 3; ++i) Give({rig.Order(referee, rig.clock.Now(), 2000)});
    ASSERT_TRUE(rig.PayAll());
    EXPECT_EQ(rig.members.Balance(referrer), 100 * friends);
    EXPECT_EQ(rig.members.Balance(referee), 50);
  }
}

TEST_F(DeliverTest, AnOrderFromBeforeTheRegistrationDoesNotQualify) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  Give({rig.Order(pair.referee_id, rig.clock.Now() - absl::Microseconds(1), 5000)});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_REGISTERED);
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_QUALIFIED);
}

TEST_F(DeliverTest, ChannelAndDaysAreData) {
  v1::ReferralProgram rules = Rig::Usual();
  rules.mutable_qualification()->add_channels("web");
  rules.mutable_qualification()->set_within_days(1);
  const auto program = rig.MakeProgram(rules);
  const auto pair = rig.MakePair(program), late = rig.MakePair(program);
  auto order = rig.Order(pair.referee_id, rig.clock.Now(), 5000);
  order.mutable_order_recorded()->set_channel("store");
  Give({order});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_REGISTERED);
  order = rig.Order(pair.referee_id, rig.clock.Now() + absl::Hours(24), 5000);
  order.mutable_order_recorded()->set_channel("web");
  auto too_late =
      rig.Order(late.referee_id, rig.clock.Now() + absl::Hours(24) + absl::Seconds(1), 5000);
  too_late.mutable_order_recorded()->set_channel("web");
  Give({order, too_late});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_QUALIFIED);
  EXPECT_EQ(rig.State(late.referral_id), v1::REFERRAL_STATE_REGISTERED);
}

TEST_F(DeliverTest, AProgrammeThatPaysNothingIsPaidAtOnce) {
  v1::ReferralProgram rules = Rig::Usual();
  rules.set_referrer_points(0);
  rules.set_referee_points(0);
  const auto pair = rig.MakePair(rig.MakeProgram(rules));
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
}

TEST_F(DeliverTest, ALostAnswerIsAskedForAgainWithTheSameId) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  std::vector<Fate> fates = {Fate::kRequestLost, Fate::kTimedOut, Fate::kAnswerLost};
  size_t next = 0;
  rig.members.SetFate([&] { return next < fates.size() ? fates[next++] : Fate::kAnswered; });
  rig.PayOnce();
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_QUALIFIED);
  EXPECT_EQ(rig.members.Calls(), 1);
  rig.PayOnce();  // not due yet
  EXPECT_EQ(rig.members.Calls(), 1);
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
  EXPECT_EQ(rig.members.Entries(pair.referrer_id), 1);
  EXPECT_EQ(rig.members.Entries(pair.referee_id), 1);
  EXPECT_EQ(rig.Counter("laurel_referrals_payouts_total{outcome=\"retried\"}"), 6);
  EXPECT_EQ(rig.Counter("laurel_referrals_payouts_total{outcome=\"paid\"}"), 2);
  EXPECT_EQ(rig.Counter("laurel_referrals_waiting_payouts"), 0);
}

TEST_F(DeliverTest, APayoutRefusedForGoodIsKeptWithItsReason) {
  const auto program = rig.MakeProgram();
  const auto blocked = rig.MakePair(program), gone = rig.MakePair(program);
  rig.members.Block(blocked.referrer_id);
  rig.members.Remove(gone.referee_id);
  Give({rig.Order(blocked.referee_id, rig.clock.Now(), 5000),
        rig.Order(gone.referee_id, rig.clock.Now(), 5000)});
  rig.PayOnce();
  const int calls = rig.members.Calls();
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Calls(), calls);  // never tried again
  EXPECT_EQ(rig.members.Balance(blocked.referee_id), 50);
  EXPECT_EQ(rig.members.Balance(gone.referrer_id), 100);
  EXPECT_EQ(rig.State(blocked.referral_id), v1::REFERRAL_STATE_QUALIFIED);
  EXPECT_EQ(rig.database.Admin("SELECT refusal FROM payouts WHERE state = 3 ORDER BY refusal"),
            (std::vector<std::string>{"MEMBER_BLOCKED", "MEMBER_NOT_FOUND"}));
  EXPECT_EQ(rig.Counter("laurel_referrals_payouts_total{outcome=\"refused\"}"), 2);
}

TEST_F(DeliverTest, ABatchRefusedAsAWholeIsPaidOneByOne) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  int call = 0;
  rig.members.SetFate([&] { return call++ == 0 ? Fate::kRefused : Fate::kAnswered; });
  rig.PayOnce();
  EXPECT_EQ(rig.members.Calls(), 3);
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
}

TEST_F(DeliverTest, APayoutThatMembersWouldHaveForgottenIsNotPaidTwice) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  rig.members.SetFate([] { return Fate::kAnswerLost; });
  rig.PayOnce();
  rig.clock.Advance(payout::kGiveUpAfter + absl::Seconds(1));
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Calls(), 1);
  EXPECT_EQ(rig.database.Admin("SELECT DISTINCT refusal FROM payouts"),
            (std::vector<std::string>{"GAVE_UP"}));
}

TEST_F(DeliverTest, TwoWorkersPayOnce) {
  const auto program = rig.MakeProgram();
  std::vector<Rig::Pair> pairs;
  std::vector<events::v1::Event> orders;
  for (int i = 0; i < 20; ++i) {
    pairs.push_back(rig.MakePair(program));
    orders.push_back(rig.Order(pairs.back().referee_id, rig.clock.Now(), 5000));
  }
  Give(orders);
  std::thread other([&] { rig.PayOnce(); });
  rig.PayOnce();
  other.join();
  for (const auto& pair : pairs) {
    EXPECT_EQ(rig.members.Entries(pair.referrer_id), 1);
    EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
  }
}

TEST_F(DeliverTest, AStaleFenceIsRefusedAndChangesNothing) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  ASSERT_TRUE(rig.Deliver(rig.Delivery({rig.Event(pair.referee_id)}, 5)).ok());
  const absl::Status stale =
      rig.Deliver(rig.Delivery({rig.Order(pair.referee_id, rig.clock.Now(), 5000)}, 4));
  EXPECT_EQ(stale.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::ReasonOf(stale), "STALE_FENCE");
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_REGISTERED);
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM inbox_events")[0], "1");
}

TEST_F(DeliverTest, AnEventThatNobodyCanUseDoesNotHoldUpItsLane) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  auto broken = rig.Order(pair.referee_id, rig.clock.Now(), 5000);
  broken.set_member_id("mem_?");
  auto no_order = rig.Order(pair.referee_id, rig.clock.Now(), 5000);
  no_order.mutable_order_recorded()->set_order_id("");
  Give({broken, no_order, rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_QUALIFIED);
  EXPECT_EQ(rig.Counter("laurel_referrals_events_consumed_total{type=\"unusable\"}"), 1);
  EXPECT_EQ(rig.Counter("laurel_referrals_events_consumed_total{type=\"order_recorded\"}"), 2);
}

TEST_F(DeliverTest, TheSameEventsAtOnceOnTwoLanesQualifyOnce) {
  const auto program = rig.MakeProgram();
  std::vector<Rig::Pair> pairs;
  std::vector<events::v1::Event> orders;
  for (int i = 0; i < 30; ++i) {
    pairs.push_back(rig.MakePair(program));
    orders.push_back(rig.Order(pairs.back().referee_id, rig.clock.Now(), 5000));
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
  for (const auto& pair : pairs) {
    EXPECT_EQ(rig.State(pair.referral_id), v1::REFERRAL_STATE_PAID);
    EXPECT_EQ(rig.members.Entries(pair.referee_id), 1);
  }
  EXPECT_EQ(rig.Outbox().size(), pairs.size());
}

TEST_F(DeliverTest, PurgingRemovesOnlyWhatHasGrownOld) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  Give({rig.Order(pair.referee_id, rig.clock.Now(), 5000)});
  events::Upkeep upkeep(rig.pool, rig.clock, rig.relay, rig.registry,
                        {.without_subscribers = true});
  ASSERT_TRUE(upkeep.Purge().ok());
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM outbox")[0], "0");
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM inbox_events")[0], "1");
  rig.clock.Advance(absl::Hours(24 * 31));
  ASSERT_TRUE(upkeep.Purge().ok());
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM inbox_events")[0], "0");
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM request_keys")[0], "0");
}

// Any order of arrival, everything at least twice, a members-svc that loses requests and answers:
// a referral is paid exactly if one of its orders qualifies, each side once.
TEST_F(DeliverTest, EveryOrderOfArrivalEndsInTheSameState) {
  const uint64_t seed = testing::Seed();
  for (uint64_t round = 0; round < 25; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::mt19937_64 random(seed + round);
    const auto program = rig.MakeProgram();
    std::vector<Rig::Pair> pairs;
    std::vector<events::v1::Event> orders;
    std::map<std::string, bool> expected;
    for (int i = 0; i < 6; ++i) {
      pairs.push_back(rig.MakePair(program));
      bool& qualifies = expected[pairs.back().referral_id];
      for (uint64_t k = random() % 4; k > 0; --k) {
        const auto after = absl::Hours(static_cast<int64_t>(random() % 100) - 50);
        const auto total = static_cast<int64_t>(random() % 2000);
        orders.push_back(rig.Order(pairs.back().referee_id, rig.clock.Now() + after, total));
        qualifies |= after >= absl::ZeroDuration() && total >= 1000;
      }
    }
    rig.members.SetFate([&] { return static_cast<Fate>(random() % 4); });
    for (const auto& delivery : rig.Shuffled(orders, random)) {
      ASSERT_TRUE(rig.Deliver(delivery).ok());
      if (random() % 3 == 0) rig.PayOnce();
    }
    ASSERT_TRUE(rig.PayAll());
    for (const auto& pair : pairs) {
      const bool qualified = expected[pair.referral_id];
      EXPECT_EQ(rig.State(pair.referral_id),
                qualified ? v1::REFERRAL_STATE_PAID : v1::REFERRAL_STATE_REGISTERED);
      EXPECT_EQ(rig.members.Balance(pair.referrer_id), qualified ? 100 : 0);
      EXPECT_EQ(rig.members.Balance(pair.referee_id), qualified ? 50 : 0);
      EXPECT_EQ(rig.members.Entries(pair.referee_id), qualified ? 1 : 0);
    }
  }
}

}  // namespace
}  // namespace laurel::referrals
