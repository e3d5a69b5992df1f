// The leaderboard, against a real database.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "lib/status/error.h"
#include "tests/gamification-svc/rig.h"

namespace laurel::gamification {
namespace {

class LeaderboardTest : public ::testing::Test {
 protected:
  void Give(const std::vector<events::v1::Event>& events) {
    const absl::Status status = rig.Deliver(rig.Delivery(events));
    ASSERT_TRUE(status.ok()) << status;
  }
  Rig rig;
};

TEST_F(LeaderboardTest, G1TwoMembersLeadWithEqualScores) {
  const std::string a = rig.Member(), b = rig.Member(), c = rig.Member();
  Give({rig.Points(a, 40), rig.Points(b, 90), rig.Points(c, 50), rig.Points(a, 50)});
  EXPECT_EQ(rig.Rank(a)->rank(), 1);
  EXPECT_EQ(rig.Rank(b)->rank(), 1);
  EXPECT_EQ(rig.Rank(c)->rank(), 3);
  EXPECT_EQ(rig.Rank(a)->score(), 90);
  const auto leaders = rig.Leaders(10);
  ASSERT_EQ(leaders.size(), 3U);
  EXPECT_EQ(leaders[0].rank(), 1);
  EXPECT_EQ(leaders[1].rank(), 1);
  EXPECT_EQ(leaders[2].rank(), 3);
}

TEST_F(LeaderboardTest, AnEventDeliveredTwiceCountsOnce) {
  const std::string a = rig.Member();
  const auto event = rig.Points(a, 40);
  Give({event, event});
  Give({event});
  EXPECT_EQ(rig.Rank(a)->score(), 40);
}

TEST_F(LeaderboardTest, WhoHasEarnedNothingIsNotRanked) {
  const std::string member = rig.Member();
  EXPECT_EQ(status::ReasonOf(rig.Rank(member).status()), "NOT_RANKED");
  Give({rig.Points(member, 10, "stars"), rig.Order(member, rig.clock.Now(), 100)});
  EXPECT_EQ(status::ReasonOf(rig.Rank(member).status()), "NOT_RANKED");
}

TEST_F(LeaderboardTest, ProgrammesAreRankedApart) {
  const std::string member = rig.Member();
  auto foreign = rig.Points(rig.Member(), 1000);
  foreign.set_program_id(base::EncodeId("prg", {1, 1}));
  Give({foreign, rig.Points(member, 1)});
  EXPECT_EQ(rig.Rank(member)->rank(), 1);
  EXPECT_EQ(rig.Leaders(10).size(), 1U);
}

TEST_F(LeaderboardTest, MembersSeeNobodysIdButTheirOwn) {
  const std::string a = rig.Member(), b = rig.Member();
  Give({rig.Points(a, 2), rig.Points(b, 1)});
  const auto seen = rig.Leaders(10, Rig::AsMember(b));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].member_id(), "");
  EXPECT_EQ(seen[0].score(), 2);
  EXPECT_EQ(seen[1].member_id(), b);
  EXPECT_EQ(rig.Leaders(10)[0].member_id(), a);
}

TEST_F(LeaderboardTest, AnyPageSizeGivesTheSameRanks) {
  std::mt19937_64 random(testing::Seed());
  std::map<std::string, int64_t> scores;
  std::vector<events::v1::Event> events;
  for (int i = 0; i < 60; ++i) {
    const std::string member = rig.Member();
    for (uint64_t k = 1 + random() % 2; k > 0; --k) {
      const auto points = 1 + static_cast<int64_t>(random() % 6);
      scores[member] += points;
      events.push_back(rig.Points(member, points));
    }
  }
  Give(events);
  for (const int page_size : {1, 7, 59, 60, 100}) {
    const auto leaders = rig.Leaders(page_size);
    ASSERT_EQ(leaders.size(), scores.size());
    for (size_t i = 0; i < leaders.size(); ++i) {
      const int64_t score = scores.at(leaders[i].member_id());
      EXPECT_EQ(leaders[i].score(), score);
      const auto above = std::count_if(scores.begin(), scores.end(),
                                       [&](const auto& s) { return s.second > score; });
      EXPECT_EQ(leaders[i].rank(), above + 1);
      EXPECT_EQ(rig.Rank(leaders[i].member_id())->rank(), above + 1);
      if (i > 0) {
        EXPECT_GE(leaders[i - 1].score(), score);
      }
    }
  }
}

}  // namespace
}  // namespace laurel::gamification
