#include "tests/rewards-svc/model.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_split.h"
#include "rewards-svc/domain/coupon_code.h"

namespace laurel::rewards {
namespace {

struct Stored {
  std::string id;
  int state = 0;
  std::string member_id;
  std::string reward_id;
  int64_t points = 0;
  bool stock_held = false;
  std::string spend_request_id;
  std::string coupon_code;
};

std::vector<Stored> ReadAll(World& world) {
  std::vector<Stored> all;
  for (const std::string& row : world.database().Admin(
           "SELECT concat_ws(' ', redemption_id, state, member_id, reward_id, points, stock_held, "
           "spend_request_id, coupon_code) FROM redemptions ORDER BY redemption_id")) {
    const std::vector<std::string> part = absl::StrSplit(row, ' ');
    all.push_back({base::EncodeId("rdm", *base::ParseUuid(part[0])), std::stoi(part[1]),
                   base::EncodeId("mem", *base::ParseUuid(part[2])),
                   base::EncodeId("rwd", *base::ParseUuid(part[3])), std::stoll(part[4]),
                   part[5] == "t", part[6], part[7]});
  }
  return all;
}

// Points spent ⇔ reward issued, and given back ⇔ cancelled.
void CheckPoints(World& world, const Ledger& ledger, const std::vector<Stored>& all) {
  auto spends = world.members().Spends();
  std::map<std::string, int64_t> left = ledger.points_given;
  for (const Stored& stored : all) {
    const auto spend = spends.find(stored.spend_request_id);
    const bool spent = spend != spends.end();
    EXPECT_EQ(spent, stored.state == 2 || stored.state == 3 || stored.state == 6) << stored.id;
    if (!spent) continue;
    EXPECT_EQ(spend->second.refunded, stored.state == 6) << stored.id;
    EXPECT_EQ(spend->second.amount, stored.points);
    EXPECT_EQ(spend->second.member_id, stored.member_id);
    if (!spend->second.refunded) left[stored.member_id] -= stored.points;
    spends.erase(spend);
  }
  EXPECT_TRUE(spends.empty()) << "points spent for nothing: " << spends.begin()->first;
  for (const auto& [member, points] : left) {
    EXPECT_EQ(world.members().Balance(member), points) << member;
  }
  EXPECT_EQ(world.members().Faults(), std::vector<std::string>{});
}

void CheckStock(World& world, const Ledger& ledger, const std::vector<Stored>& all) {
  std::map<std::string, int64_t> left = ledger.stock_given;
  for (const Stored& stored : all) {
    EXPECT_EQ(stored.stock_held, stored.state == 2 || stored.state == 3) << stored.id;
    if (stored.stock_held) --left[stored.reward_id];
  }
  for (const auto& [reward, stock] : left) {
    EXPECT_GE(stock, 0) << reward;
    EXPECT_EQ(world.Stock(reward), stock) << reward;
  }
}

// Each issue and each cancellation is told once, the issue first.
void CheckEvents(World& world, const std::vector<Stored>& all) {
  std::map<std::string, std::string> told;
  for (const events::v1::Event& event : world.Events()) {
    told[event.subject()] += event.has_reward_issued() ? "issued " : "cancelled ";
  }
  for (const Stored& stored : all) {
    const char* expected = stored.state == 4   ? ""
                           : stored.state == 6 ? "issued cancelled "
                                               : "issued ";
    EXPECT_EQ(told[stored.id], expected) << stored.id;
  }
}

void CheckCodes(World& world, const std::vector<Stored>& all) {
  std::set<std::string> codes;
  for (const Stored& stored : all) {
    EXPECT_TRUE(IsCouponCode(stored.coupon_code));
    codes.insert(stored.coupon_code);
  }
  EXPECT_EQ(codes.size(), all.size());
  EXPECT_EQ(world.database().Admin("SELECT 1 FROM coupon_codes").size(), all.size());
}

}  // namespace

void CheckWhole(World& world, const Ledger& ledger) {
  const std::vector<Stored> all = ReadAll(world);
  std::map<std::string, int> states;
  for (const Stored& stored : all) {
    states[stored.id] = stored.state;
    EXPECT_NE(stored.state, 1) << stored.id;
    EXPECT_NE(stored.state, 5) << stored.id;
  }
  CheckPoints(world, ledger, all);
  CheckStock(world, ledger, all);
  CheckEvents(world, all);
  CheckCodes(world, all);
  for (const auto& [request, id] : ledger.answered) {
    EXPECT_TRUE(states[id] == 2 || states[id] == 3 || states[id] == 6)
        << request << " was answered with " << id << ", which is " << states[id];
  }
}

}  // namespace laurel::rewards
