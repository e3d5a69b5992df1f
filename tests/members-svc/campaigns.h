// Makes orders and campaigns for the tests of the earning rules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "members-svc/domain/earning.h"

namespace laurel::members::testing {

// The instant at which the orders of these tests occur: 2026-03-11 12:00 UTC, a Wednesday.
absl::Time Noon();

// Amounts in minor units: 19.99 is 1999.
v1::OrderLine Line(const std::string& sku, int64_t amount,
                   const std::map<std::string, std::string>& labels = {});
v1::RecordOrderRequest OrderOf(const std::vector<v1::OrderLine>& lines);
// 12.00 of SKU 123 (red), 100.00 of SKU 000 (blue), 40.00 of SKU 0001: the CART of the worked
// examples, total 152.00.
v1::RecordOrderRequest Cart();

v1::Campaign PerAmount(int64_t points, int64_t step_minor_units);
v1::Campaign Fixed(int64_t points);
v1::Campaign PerItem(int64_t points);
// Bands, each as where it ends and its points per million minor units.
v1::Campaign Bands(const std::vector<std::pair<int64_t, int64_t>>& bands);
v1::Campaign Card(int64_t units, int64_t points);
v1::Campaign Times(int64_t factor_bps, v1::Rounding rounding = v1::ROUNDING_DOWN);

// Campaigns as a programme has them: ids in the given order, all into wallet 1 (`points`) unless
// they say `miles`, which is wallet 2.
ProgramRules RulesOf(std::vector<v1::Campaign> campaigns);

int64_t Total(const Earnings& earnings, int wallet_no = 1);
// EvaluateOrder, which must succeed.
Earnings Evaluate(const ProgramRules& rules, const v1::RecordOrderRequest& order,
                  const LimitUses& used = {}, const MemberFacts& facts = {});
// The sum of what the campaigns give.
int64_t PointsFor(const v1::RecordOrderRequest& order, std::vector<v1::Campaign> campaigns);

}  // namespace laurel::members::testing
