// Whole numbers that never wrap, rounded once, shared without loss.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "lib/money/checked.h"
#include "lib/money/largest_remainder.h"

namespace laurel::money {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(Checked, AnOverflowIsAbsent) {
  EXPECT_EQ(Add(kMax, 0), kMax);
  EXPECT_FALSE(Add(kMax, 1));
  EXPECT_FALSE(Multiply(kMax / 2, 3));
}

TEST(MultiplyDivide, RoundsOnceAsItIsTold) {
  EXPECT_EQ(MultiplyDivide(19, 15000, 10000, Rounding::kDown), 28);
  EXPECT_EQ(MultiplyDivide(19, 15000, 10000, Rounding::kHalfUp), 29);
  EXPECT_EQ(MultiplyDivide(19, 15000, 10000, Rounding::kUp), 29);
  EXPECT_EQ(MultiplyDivide(1, 1, 3, Rounding::kHalfUp), 0);
  EXPECT_EQ(MultiplyDivide(2, 1, 3, Rounding::kHalfUp), 1);
  EXPECT_EQ(MultiplyDivide(4, 1, 2, Rounding::kUp), 2);
  EXPECT_EQ(MultiplyDivide(kMax, kMax, kMax, Rounding::kDown), kMax) << "the product is exact";
  EXPECT_FALSE(MultiplyDivide(kMax, 2, 1, Rounding::kDown));
}

TEST(LargestRemainder, TiesGoToTheLowerIndex) {
  EXPECT_EQ(ShareByLargestRemainder(10, {1, 1, 1}), (std::vector<int64_t>{4, 3, 3}));
  EXPECT_EQ(ShareByLargestRemainder(5, {0, 0}), (std::vector<int64_t>{5, 0}));
  EXPECT_EQ(ShareByLargestRemainder(0, {3, 4}), (std::vector<int64_t>{0, 0}));
}

RC_GTEST_PROP(LargestRemainderProperty, SharesSumToTheTotalAndStrayByLessThanOne, ()) {
  const auto total = *rc::gen::inRange<int64_t>(0, 1000000000);
  const auto weights = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 1000000)));
  const auto shares = ShareByLargestRemainder(total, weights);
  RC_ASSERT(std::accumulate(shares.begin(), shares.end(), int64_t{0}) == total);
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  for (size_t i = 0; i < weights.size() && sum > 0; ++i) {
    const int64_t exact_down = *MultiplyDivide(total, weights[i], sum, Rounding::kDown);
    RC_ASSERT(shares[i] == exact_down || shares[i] == exact_down + 1);
  }
}

// By the definition: rounded down, then the greatest remainders first, ties to the lower index.
std::vector<int64_t> ByDefinition(int64_t total, const std::vector<int64_t>& weights) {
  __extension__ using Wide = unsigned __int128;
  std::vector<int64_t> shares(weights.size(), 0);
  Wide sum = 0;
  for (const int64_t weight : weights) sum += static_cast<Wide>(weight);
  if (sum == 0) {
    shares[0] = total;
    return shares;
  }
  int64_t left = total;
  std::vector<std::pair<Wide, size_t>> order;  // what is missing to a whole, place
  for (size_t i = 0; i < weights.size(); ++i) {
    const Wide product = static_cast<Wide>(total) * static_cast<Wide>(weights[i]);
    shares[i] = static_cast<int64_t>(product / sum);
    left -= shares[i];
    order.emplace_back(sum - product % sum, i);
  }
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < static_cast<size_t>(left); ++i) ++shares[order[i].second];
  return shares;
}

RC_GTEST_PROP(LargestRemainderProperty, AreThoseOfTheDefinitionHoweverGreatOrMany, ()) {
  const auto greatest = *rc::gen::element<int64_t>(3, 100, 1000000, int64_t{1} << 40, kMax);
  const auto numbers = rc::gen::inRange<int64_t>(0, greatest);
  const auto count = *rc::gen::inRange<size_t>(1, 40);
  const auto weights = *rc::gen::container<std::vector<int64_t>>(count, numbers);
  const auto total = *numbers;
  RC_ASSERT(ShareByLargestRemainder(total, weights) == ByDefinition(total, weights));
}

TEST(LargestRemainder, GreatestNumbersAreExact) {
  for (const size_t count : {1, 2, 3, 16, 17}) {
    const std::vector<int64_t> weights(count, kMax);
    EXPECT_EQ(ShareByLargestRemainder(kMax, weights), ByDefinition(kMax, weights));
  }
}

}  // namespace
}  // namespace laurel::money
