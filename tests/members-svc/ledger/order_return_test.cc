// What a return takes of an order, line by line: the rule above R1 to R6, without a ledger.
#include "members-svc/domain/order_return.h"

#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "members-svc/domain/corrections.h"
#include "members-svc/domain/return_counters.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;
using Points = std::vector<int64_t>;

struct Bought {
  int64_t quantity;  // thousandths
  int64_t amount;
};
pb::Order OrderOf(const std::vector<Bought>& lines) {
  pb::Order order;
  for (const Bought& bought : lines) {
    auto* line = order.add_lines();
    line->set_quantity_thousandths(bought.quantity);
    line->set_amount_minor_units(bought.amount);
  }
  return order;
}

struct Back {
  int32_t line;
  int64_t quantity;
};
absl::StatusOr<LinesReturned> Return(const pb::Order& order, const LinesReturned& before,
                                     const std::vector<Back>& lines) {
  std::vector<pb::LineToReturn> request;
  for (const Back& back : lines) {
    request.emplace_back().set_line_number(back.line);
    request.back().set_quantity_thousandths(back.quantity);
  }
  return AddReturn(order, before, request);
}
LinesReturned None(const pb::Order& order) {
  return LinesReturned(static_cast<size_t>(order.lines_size()));
}
std::string ReasonOf(const absl::StatusOr<LinesReturned>& returned) {
  return status::ReasonOf(returned.status());
}

pb::RuleResult ResultOf(int64_t points, const std::vector<int64_t>& by_line) {
  pb::RuleResult result;
  result.set_points(points);
  result.mutable_points_by_line()->Add(by_line.begin(), by_line.end());
  return result;
}

TEST(OrderReturn, OfKOfNUnitsTheFloorIsReversedAndTheLastUnitTakesTheRest) {
  const pb::Order order = OrderOf({{3000, 999}});
  LinesReturned lines = None(order);
  Points taken;
  for (int unit = 0; unit < 3; ++unit) {
    const auto next = Return(order, lines, {{1, 1000}});
    ASSERT_TRUE(next.ok());
    taken.push_back(ReturnedOf(order, pb::RETURN_MODE_BY_LINE, *next, {10}) -
                    ReturnedOf(order, pb::RETURN_MODE_BY_LINE, lines, {10}));
    lines = *next;
  }
  EXPECT_EQ(taken, (Points{3, 3, 4}));
  EXPECT_TRUE(AllReturned(lines));
}

TEST(OrderReturn, TheFractionsOfSeveralLinesAreAddedBeforeTheyAreRounded) {
  const pb::Order order = OrderOf({{2000, 3500}, {2000, 3500}, {3000, 100}, {7000, 100}});
  const auto of = [&](const std::vector<Back>& lines, const Points& by_line) {
    return ReturnedOf(order, pb::RETURN_MODE_BY_LINE, *Return(order, None(order), lines), by_line);
  };
  EXPECT_EQ(of({{1, 1000}, {2, 1000}}, {75, 75, 0, 0}), 75);
  EXPECT_EQ(of({{1, 1000}, {2, 1000}}, {35, 36, 0, 0}), 35);
  // 1/2 + 1/3 + 1/7 is not quite one; with another seventh it is more.
  EXPECT_EQ(of({{1, 1000}, {3, 1000}, {4, 1000}}, {1, 0, 1, 1}), 0);
  EXPECT_EQ(of({{1, 1000}, {3, 1000}, {4, 2000}}, {1, 0, 1, 1}), 1);
}

TEST(OrderReturn, WhatIsLeftIsReturnedWhereNoQuantityIsNamed) {
  const pb::Order order = OrderOf({{3000, 300}, {2000, 200}});
  const LinesReturned some = *Return(order, None(order), {{1, 500}});
  const LinesReturned line = *Return(order, some, {{1, 0}});
  EXPECT_EQ(line, (LinesReturned{{3000, true}, {0, false}}));
  EXPECT_TRUE(AllReturned(*Return(order, some, {})));
}

TEST(OrderReturn, ALineWithoutAQuantityIsReturnedAsAWhole) {
  const pb::Order order = OrderOf({{0, 500}, {1000, 500}});
  EXPECT_EQ(ReasonOf(Return(order, None(order), {{1, 1}})), "RETURN_EXCEEDS_ORDER");
  const LinesReturned lines = *Return(order, None(order), {{1, 0}});
  EXPECT_EQ(lines, (LinesReturned{{0, true}, {0, false}}));
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_BY_LINE, lines, {7, 8}), 7);
  EXPECT_EQ(ReasonOf(Return(order, lines, {{1, 0}})), "RETURN_EXCEEDS_ORDER");
  const auto told = DifferenceOf(order, None(order), lines);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amount_minor_units(), 500);
  google::protobuf::RepeatedPtrField<pb::ReturnedLine> stored;
  *stored.Add() = told[0];
  EXPECT_EQ(LinesReturnedOf(order, stored), lines);
}

TEST(OrderReturn, MoreThanIsLeftUnknownLinesAndAnEmptyOrderAreRefused) {
  const pb::Order order = OrderOf({{2000, 200}});
  EXPECT_EQ(ReasonOf(Return(order, None(order), {{1, 2001}})), "RETURN_EXCEEDS_ORDER");
  const LinesReturned half = *Return(order, None(order), {{1, 1500}});
  EXPECT_EQ(ReasonOf(Return(order, half, {{1, 501}})), "RETURN_EXCEEDS_ORDER");
  EXPECT_EQ(ReasonOf(Return(order, None(order), {{2, 0}})), "RETURN_LINE_INVALID");
  EXPECT_EQ(ReasonOf(Return(order, None(order), {{0, 0}})), "RETURN_LINE_INVALID");
  EXPECT_EQ(ReasonOf(Return(order, None(order), {{1, 1}, {1, 1}})), "RETURN_LINE_INVALID");
  const LinesReturned all = *Return(order, half, {});
  EXPECT_EQ(ReasonOf(Return(order, all, {})), "ORDER_RETURNED");
  EXPECT_EQ(ReasonOf(Return(order, all, {{2, 0}})), "ORDER_RETURNED");
}

TEST(OrderReturn, ProportionalGoesByTheReturnedAmountWhateverLineEarned) {
  const pb::Order order = OrderOf({{1000, 300}, {3000, 700}});
  const Points on_first = {100, 0};
  const LinesReturned second = *Return(order, None(order), {{2, 2000}});  // 466 of 1000
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_BY_LINE, second, on_first), 0);
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_PROPORTIONAL, second, on_first), 46);
  const LinesReturned all = *Return(order, second, {});
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_PROPORTIONAL, all, on_first), 100);
}

TEST(OrderReturn, ProportionalWithoutATotalGoesByQuantitiesThenByLines) {
  const pb::Order gift = OrderOf({{1000, 0}, {3000, 0}});
  const LinesReturned one = *Return(gift, None(gift), {{1, 0}});
  EXPECT_EQ(ReturnedOf(gift, pb::RETURN_MODE_PROPORTIONAL, one, {0, 8}), 2);
  const pb::Order nothing = OrderOf({{0, 0}, {0, 0}});
  const LinesReturned first = *Return(nothing, None(nothing), {{1, 0}});
  EXPECT_EQ(ReturnedOf(nothing, pb::RETURN_MODE_PROPORTIONAL, first, {9, 0}), 4);
}

TEST(OrderReturn, SpentPointsLieOnTheLinesByAmountTiesToTheLower) {
  EXPECT_EQ(ByAmount(OrderOf({{1000, 100}, {1000, 100}, {1000, 100}}), 100), (Points{34, 33, 33}));
  EXPECT_EQ(ByAmount(OrderOf({{1000, 0}, {1000, 0}}), 3), (Points{2, 1}));
}

TEST(OrderReturn, WhatCapsHaveCutComesOffAllLines) {
  const pb::Order order = OrderOf({{1000, 100}, {1000, 300}});
  pb::Entry accrual;
  *accrual.add_rule_results() = ResultOf(30, {20, 10});
  *accrual.add_rule_results() = ResultOf(10, {0, 10});
  EXPECT_EQ(EarnedByLine(order, accrual, 40), (Points{20, 20}));
  EXPECT_EQ(EarnedByLine(order, accrual, 13), (Points{7, 6}));
}

TEST(OrderReturn, WhatLiesOnNoLineIsSharedByAmountAndNoLineFallsBelowZero) {
  const pb::Order order = OrderOf({{1000, 100}, {1000, 300}});
  pb::Entry accrual;
  *accrual.add_rule_results() = ResultOf(10, {2});
  EXPECT_EQ(EarnedByLine(order, accrual, 10), (Points{4, 6}));
  pb::Entry merged;
  *merged.add_rule_results() = ResultOf(20, {5, 15});
  *merged.add_rule_results() = ResultOf(-10, {-10});
  EXPECT_EQ(EarnedByLine(order, merged, 10), (Points{0, 10}));
}

TEST(OrderReturn, GreatAmountsDoNotWrap) {
  constexpr int64_t kPoints = int64_t{1} << 60;
  const pb::Order order = OrderOf({{1000000000000, 100000000000}, {3, 100000000000}});
  const LinesReturned lines = *Return(order, None(order), {{1, 999999999999}});
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_BY_LINE, lines, {kPoints, 0}),
            1152921504605694054);  // floor(2^60 × (1 − 10^-12))
  EXPECT_EQ(ReturnedOf(order, pb::RETURN_MODE_BY_LINE, *Return(order, lines, {}), {kPoints, 5}),
            kPoints + 5);
}

TEST(LotsOfRefund, GivesTheLotsInTheirOrderFromWhereTheLastOneStopped) {
  LedgerEntry spend;
  spend.active_delta = -100;
  spend.lots = {{0, 10, 30}, {0, 20, 50}, {0, kNeverUs, 20}};
  EXPECT_EQ(LotsOfRefund(spend, 0, 40), (Lots{{0, 10, 30}, {0, 20, 10}}));
  EXPECT_EQ(LotsOfRefund(spend, 40, 1), (Lots{{0, 20, 1}}));
  EXPECT_EQ(LotsOfRefund(spend, 41, 59), (Lots{{0, 20, 39}, {0, kNeverUs, 20}}));
}

TEST(LotsOfRefund, WhatOverdrewTheWalletComesFirstAndIsNoLot) {
  LedgerEntry spend;
  spend.active_delta = -100;
  spend.lots = {{0, 10, 60}};
  EXPECT_EQ(LotsOfRefund(spend, 0, 30), Lots{});
  EXPECT_EQ(LotsOfRefund(spend, 30, 20), (Lots{{0, 10, 10}}));
  EXPECT_EQ(LotsOfRefund(spend, 50, 50), (Lots{{0, 10, 50}}));
}

TEST(ReturnCounters, PointsGoBackLineByLineTheOrderWithItsLastUnit) {
  pb::Order order = OrderOf({{1000, 100}, {1000, 300}});
  pb::RuleResult result = ResultOf(30, {10, 20});
  result.set_campaign_id(base::EncodeId("cmp", base::Uuid{1, 1}));
  result.mutable_member_period_start()->set_seconds(0);
  result.mutable_total_period_start()->set_seconds(86400);
  result.mutable_count_period_start()->set_seconds(0);
  result.set_counted_amount(400);
  result.add_counted_by_line(100);
  result.add_counted_by_line(300);
  *order.add_rule_results() = result;
  const CapCountersOf of{{9, 9}, {8, 8}};
  const auto uses = CounterUsesOf(order, of);
  ASSERT_EQ(uses.size(), 4U);
  EXPECT_EQ(uses[0].key.first, of.member_id);
  EXPECT_EQ(uses[1].key.first, of.program_id);
  EXPECT_TRUE(uses[1].key.second.of_all);
  const LinesReturned none = None(order);
  const LinesReturned first = *Return(order, none, {{1, 0}});
  const LinesReturned all = *Return(order, first, {});
  EXPECT_EQ(GivenBack(order, uses[0], {pb::RETURN_MODE_BY_LINE, none, first}),
            (LimitUse{10, 0, 0}));
  EXPECT_EQ(GivenBack(order, uses[1], {pb::RETURN_MODE_BY_LINE, first, all}), (LimitUse{20, 1, 0}));
  EXPECT_EQ(GivenBack(order, uses[2], {pb::RETURN_MODE_BY_LINE, none, first}),
            (LimitUse{0, 0, 100}));
  EXPECT_EQ(GivenBack(order, uses[2], {pb::RETURN_MODE_BY_LINE, first, all}),
            (LimitUse{0, 0, 300}));
  // The number of the member's orders.
  EXPECT_EQ(GivenBack(order, uses[3], {pb::RETURN_MODE_BY_LINE, none, first}), LimitUse{});
  EXPECT_EQ(GivenBack(order, uses[3], {pb::RETURN_MODE_BY_LINE, first, all}), (LimitUse{0, 1, 0}));
}

}  // namespace
}  // namespace laurel::members
