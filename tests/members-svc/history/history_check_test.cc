// The checker itself: silent about every history of a ledger that keeps its protocol, and loud
// about each seeded bug.
#include <gtest/gtest.h>

#include <random>

#include "tests/members-svc/history/mini_ledger.h"

namespace laurel::members::history {
namespace {

uint64_t Seed() {
  const char* given = std::getenv("LAUREL_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::printf("LAUREL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

TEST(HistoryCheck, ACorrectLedgerHasNoFaults) {
  const uint64_t seed = Seed();
  size_t done = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    const Story story = Tell(seed + i, Bug::kNone);
    const auto faults = FaultsOf(story.attempts, story.rows);
    ASSERT_TRUE(faults.empty()) << "seed " << seed + i << ": " << faults.front();
    done += story.rows.size();
  }
  EXPECT_GT(done, 300 * 100);
}

TEST(HistoryCheck, EverySeededBugIsCaught) {
  const uint64_t seed = Seed();
  for (const Bug bug : kBugs) {
    int caught = 0;
    std::string first;
    for (uint64_t i = 0; i < 20; ++i) {
      const Story story = Tell(seed + i, bug);
      const auto faults = FaultsOf(story.attempts, story.rows);
      if (!faults.empty() && caught++ == 0) first = faults.front();
    }
    std::printf("bug %d: caught in %d of 20 histories: %s\n", static_cast<int>(bug), caught,
                first.c_str());
    EXPECT_GT(caught, 0) << "bug " << static_cast<int>(bug);
  }
}

// What a crash can leave is not told apart from a bug by chance: each of these is one line of a
// history that fits otherwise.
class Told : public ::testing::Test {
 protected:
  static Attempt Earn(const std::string& id, int64_t sent, int64_t told, int64_t seq,
                      int64_t after) {
    return {.request_id = id,
            .wallet = 1,
            .kind = Kind::kEarn,
            .amount = 10,
            .sent = sent,
            .told = told,
            .outcome = Outcome::kDone,
            .seq = seq,
            .after = after};
  }
  std::vector<Attempt> attempts_ = {Earn("a", 1, 2, 1, 10), Earn("b", 3, 4, 2, 20)};
  std::vector<Row> rows_ = {{1, 1, 10, 10, "a"}, {1, 2, 10, 20, "b"}};
};

TEST_F(Told, FitsAsItIs) { EXPECT_TRUE(FaultsOf(attempts_, rows_).empty()); }

TEST_F(Told, AnAcknowledgedEntryThatIsGoneIsLost) {
  rows_.pop_back();
  EXPECT_EQ(FaultsOf(attempts_, rows_).front(), "lost: b was acknowledged and is not there");
}

TEST_F(Told, AnEntryThatNobodySentIsAPhantom) {
  rows_.push_back({1, 3, 10, 30, "c"});
  EXPECT_EQ(FaultsOf(attempts_, rows_).front(), "a phantom: nobody sent c");
}

TEST_F(Told, WhatWasKnownBeforeStandsBefore) {
  attempts_[0].sent = 10;
  attempts_[0].told = 12;
  EXPECT_EQ(FaultsOf(attempts_, rows_).size(), 1);
}

TEST_F(Told, AnUnknownCallMayBeThereOrNot) {
  attempts_[1] = {.request_id = "b", .wallet = 1, .kind = Kind::kEarn, .amount = 10, .sent = 3};
  EXPECT_TRUE(FaultsOf(attempts_, rows_).empty());
  rows_.pop_back();
  EXPECT_TRUE(FaultsOf(attempts_, rows_).empty());
}

TEST_F(Told, AReadSeesWhatWasAcknowledgedBeforeIt) {
  Attempt read{.wallet = 1, .sent = 5, .told = 6, .outcome = Outcome::kDone, .after = 20};
  attempts_.push_back(read);
  EXPECT_TRUE(FaultsOf(attempts_, rows_).empty());
  attempts_.back().after = 10;
  EXPECT_EQ(FaultsOf(attempts_, rows_).size(), 1);
}

TEST_F(Told, ARefusalNeedsAMomentAtWhichItWasRight) {
  attempts_.push_back({.request_id = "s",
                       .wallet = 1,
                       .kind = Kind::kSpend,
                       .amount = 15,
                       .sent = 3,
                       .told = 5,
                       .outcome = Outcome::kRefused,
                       .reason = "INSUFFICIENT_POINTS"});
  EXPECT_TRUE(FaultsOf(attempts_, rows_).empty());
  attempts_.back().sent = 5;
  attempts_.back().told = 6;
  EXPECT_EQ(FaultsOf(attempts_, rows_).size(), 1);
}

}  // namespace
}  // namespace laurel::members::history
