// Unmatched orders while two processes record, enrol and attach at the same time: each order is one
// member's, once.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "tests/members-svc/ledger/unmatched_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::Process;
using testing::UnmatchedWorld;

// Runs `work(i)` for i in [0, count) on `threads` threads.
template <typename Work>
void Parallel(int threads, int count, Work work) {
  std::atomic<int> next{0};
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&] {
      for (int i = next++; i < count; i = next++) work(i);
    });
  }
  for (std::thread& thread : running) thread.join();
}

std::string CardOf(int i) { return "RACE" + std::to_string(i); }

TEST(UnmatchedRace, WhoEnrolsWhileTheOrderIsRecordedGetsItOnce) {
  constexpr int kCards = 60;
  UnmatchedWorld world;
  // For each card, at the same time: it is enrolled, an order of it is recorded from both processes
  // with one request id, and the job looks.
  Parallel(8, kCards * 4, [&](int i) {
    const int card = i / 4;
    switch (i % 4) {
      case 0:
        EXPECT_TRUE(UnmatchedWorld::TryEnrol(world.process(card), CardOf(card)).ok());
        break;
      case 3:
        if (card % 4 == 0) UnmatchedWorld::AttachRound(world.process(card / 4));
        break;
      default: {
        auto request = UnmatchedWorld::OfCard("order" + std::to_string(card), CardOf(card));
        if (card % 2 == 0) request.set_external_id("receipt" + std::to_string(card));
        const auto order = UnmatchedWorld::Record(world.process(i), request);
        // Two twins of which one has found the member may meet: it is to be sent again.
        if (!order.ok()) {
          EXPECT_EQ(ReasonOf(order.status()), "DATABASE_UNAVAILABLE");
        }
      }
    }
  });
  for (int card = 0; card < kCards; ++card) {
    auto request = UnmatchedWorld::OfCard("order" + std::to_string(card), CardOf(card));
    if (card % 2 == 0) request.set_external_id("receipt" + std::to_string(card));
    const auto order = world.Record(request);
    EXPECT_TRUE(order.ok()) << order.status();
  }
  UnmatchedWorld::AttachRound(world.first());
  UnmatchedWorld::AttachRound(world.other());
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.unmatched_orders WHERE attach_us IS NULL"),
            0);
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.unmatched_identifiers"), 0);
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.orders"), kCards);
  EXPECT_EQ(world.Count("SELECT sum(active) FROM members.wallets"), kCards * 19);
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.wallets WHERE active <> 19"), 0);
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

TEST(UnmatchedRace, TwoWhoAttachItToTwoMembersMeetOnce) {
  constexpr int kOrders = 40;
  UnmatchedWorld world;
  const std::string members[] = {world.Enrol("ANNA"), world.Enrol("BERT")};
  std::vector<std::string> orders;
  for (int i = 0; i < kOrders; ++i) {
    orders.push_back(
        world.Record(UnmatchedWorld::OrderOf("order" + std::to_string(i)))->order_id());
  }
  std::vector<std::atomic<int>> attached(kOrders);
  Parallel(8, kOrders * 4, [&](int i) {
    const int order = i / 4;
    const auto answer = UnmatchedWorld::Attach(world.process(i), orders[static_cast<size_t>(order)],
                                               members[i % 2], "attach" + std::to_string(i));
    if (answer.ok()) {
      ++attached[static_cast<size_t>(order)];
    } else {
      EXPECT_EQ(ReasonOf(answer.status()), "ORDER_ATTACHED");
    }
  });
  for (const auto& times : attached) EXPECT_EQ(times, 1);
  EXPECT_EQ(world.Points(members[0]) + world.Points(members[1]), kOrders * 19);
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.orders"), kOrders);
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

TEST(UnmatchedRace, AnExternalIdIsOneOrdersHoweverManyRecordIt) {
  constexpr int kReceipts = 40;
  UnmatchedWorld world;
  const std::string member = world.Enrol("ANNA");
  std::vector<std::atomic<int>> recorded(kReceipts);
  // As nobody's, as the card's, and as the member's.
  Parallel(8, kReceipts * 3, [&](int i) {
    const int receipt = i / 3;
    auto request = UnmatchedWorld::OrderOf("order" + std::to_string(i));
    request.set_external_id("receipt" + std::to_string(receipt));
    if (i % 3 == 1) request.mutable_customer()->set_card_number("ANNA");
    if (i % 3 == 2) request.set_member_id(member);
    const auto order = UnmatchedWorld::Record(world.process(i), request);
    if (order.ok()) {
      ++recorded[static_cast<size_t>(receipt)];
    } else {
      EXPECT_EQ(ReasonOf(order.status()), "ORDER_EXISTS") << order.status();
    }
  });
  for (const auto& times : recorded) EXPECT_EQ(times, 1);
  EXPECT_EQ(world.Count("SELECT (SELECT count(*) FROM members.orders) + "
                        "(SELECT count(*) FROM members.unmatched_orders)"),
            kReceipts);
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

// What the job finds does not depend on when it looks, nor on who enrols in which order: against a
// model that knows which member had which name first.
TEST(UnmatchedRace, RandomHistoriesOfEnrolmentsAndOrdersGiveEachMemberItsOwn) {
  UnmatchedWorld world;
  std::mt19937 random(20261122);
  const auto dice = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  constexpr int kPeople = 20;
  std::vector<std::string> members(kPeople);  // empty: has not enrolled
  std::vector<int> orders(kPeople);
  for (int step = 0; step < 300; ++step) {
    const int person = dice(kPeople);
    const std::string name = "P" + std::to_string(person);
    if (dice(10) == 0 && members[static_cast<size_t>(person)].empty()) {
      members[static_cast<size_t>(person)] = world.Enrol(name, name + "@example.com", name);
    } else if (dice(6) == 0) {
      world.world().clock.Advance(absl::Minutes(dice(5)));
      UnmatchedWorld::AttachRound(world.process(dice(2)));
    } else {
      auto request = UnmatchedWorld::OrderOf("order" + std::to_string(step));
      auto* customer = request.mutable_customer();
      const int named = 1 + dice(7);
      if ((named & 1) != 0) customer->set_card_number("p" + std::to_string(person));
      if ((named & 2) != 0) customer->set_email("p" + std::to_string(person) + "@EXAMPLE.com");
      if ((named & 4) != 0) customer->set_external_id(name);
      ASSERT_TRUE(UnmatchedWorld::Record(world.process(dice(2)), request).ok());
      ++orders[static_cast<size_t>(person)];
    }
  }
  UnmatchedWorld::AttachRound(world.first());
  for (size_t i = 0; i < kPeople; ++i) {
    if (members[i].empty()) continue;
    EXPECT_EQ(world.Points(members[i]), orders[i] * 19) << i;
  }
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

}  // namespace
}  // namespace laurel::members
