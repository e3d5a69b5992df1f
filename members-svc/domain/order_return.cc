#include "members-svc/domain/order_return.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "lib/base/check.h"
#include "lib/money/checked.h"
#include "lib/money/largest_remainder.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

__extension__ using Wide = unsigned __int128;

// A sum of fractions, exact as long as their common denominator can be counted; where it cannot,
// the sum so far is rounded down by itself.
class FractionSum {
 public:
  // whole × part / of; part below of.
  void Add(int64_t whole, int64_t part, int64_t of) {
    const Wide product = static_cast<Wide>(whole) * static_cast<Wide>(part);
    const auto divisor = static_cast<uint64_t>(of);
    whole_ += static_cast<int64_t>(product / divisor);
    const auto rest = static_cast<uint64_t>(product % divisor);
    const Wide common = static_cast<Wide>(denominator_ / std::gcd(denominator_, divisor)) * divisor;
    if (common > kGreatest) {
      numerator_ = rest;
      denominator_ = divisor;
      return;
    }
    const auto shared = static_cast<uint64_t>(common);
    numerator_ = numerator_ * (shared / denominator_) + rest * (shared / divisor);
    denominator_ = shared;
    whole_ += static_cast<int64_t>(numerator_ / denominator_);
    numerator_ %= denominator_;
  }
  int64_t RoundedDown() const { return whole_; }

 private:
  static constexpr Wide kGreatest = Wide{1} << 62;

  int64_t whole_ = 0;
  uint64_t numerator_ = 0;  // below the denominator
  uint64_t denominator_ = 1;
};

size_t LineCount(const pb::Order& order) { return static_cast<size_t>(order.lines_size()); }

const pb::OrderLine& LineOf(const pb::Order& order, size_t i) {
  return order.lines(static_cast<int>(i));
}

// floor(whole × part / of), which never passes `whole`.
int64_t Part(int64_t whole, int64_t part, int64_t of) {
  const auto out = money::MultiplyDivide(whole, part, of, money::Rounding::kDown);
  LAUREL_CHECK(out.has_value());
  return *out;
}

int64_t OfLine(const pb::OrderLine& line, const LineReturned& returned, int64_t whole) {
  if (returned.whole) return whole;
  return returned.quantity == 0 ? 0 : Part(whole, returned.quantity, line.quantity_thousandths());
}

absl::Status Exceeds(const pb::OrderLine& line, const LineReturned& before, int line_number) {
  return status::Refused(
      "RETURN_EXCEEDS_ORDER", "More than is left of a line.",
      {{"line_number", std::to_string(line_number)},
       {"left_thousandths",
        std::to_string(before.whole ? 0 : line.quantity_thousandths() - before.quantity)}});
}

// `quantity` more of a line; 0: the rest of it.
absl::StatusOr<LineReturned> AddTo(const pb::OrderLine& line, const LineReturned& before,
                                   int line_number, int64_t quantity) {
  if (before.whole) return Exceeds(line, before, line_number);
  const int64_t left = line.quantity_thousandths() - before.quantity;
  if (quantity > left) return Exceeds(line, before, line_number);
  const int64_t after = before.quantity + (quantity == 0 ? left : quantity);
  return LineReturned{.quantity = after, .whole = after == line.quantity_thousandths()};
}

// Parts of the order that stand for its points in RETURN_MODE_PROPORTIONAL.
struct Share {
  int64_t returned = 0;
  int64_t of = 0;
};
Share ShareOf(const pb::Order& order, const LinesReturned& lines) {
  Share amount;
  Share quantity;
  Share count;
  for (size_t i = 0; i < lines.size(); ++i) {
    const pb::OrderLine& line = LineOf(order, i);
    amount.returned += OfLine(line, lines[i], line.amount_minor_units());
    amount.of += line.amount_minor_units();
    quantity.returned += lines[i].quantity;
    quantity.of += line.quantity_thousandths();
    count.returned += lines[i].whole ? 1 : 0;
    count.of += 1;
  }
  if (amount.of > 0) return amount;
  return quantity.of > 0 ? quantity : count;
}

}  // namespace

LinesReturned LinesReturnedOf(const pb::Order& order,
                              const google::protobuf::RepeatedPtrField<pb::ReturnedLine>& lines) {
  LinesReturned out(LineCount(order));
  for (const pb::ReturnedLine& line : lines) {
    const auto i = static_cast<size_t>(line.line_number()) - 1;
    LAUREL_CHECK(i < out.size());
    const bool whole = line.quantity_thousandths() == LineOf(order, i).quantity_thousandths();
    out[i] = {.quantity = line.quantity_thousandths(), .whole = whole};
  }
  return out;
}

std::vector<pb::ReturnedLine> DifferenceOf(const pb::Order& order, const LinesReturned& before,
                                           const LinesReturned& after) {
  std::vector<pb::ReturnedLine> out;
  for (size_t i = 0; i < after.size(); ++i) {
    if (before[i] == after[i]) continue;
    const pb::OrderLine& line = LineOf(order, i);
    pb::ReturnedLine& returned = out.emplace_back();
    returned.set_line_number(static_cast<int32_t>(i) + 1);
    returned.set_quantity_thousandths(after[i].quantity - before[i].quantity);
    returned.set_amount_minor_units(OfLine(line, after[i], line.amount_minor_units()) -
                                    OfLine(line, before[i], line.amount_minor_units()));
  }
  return out;
}

bool AllReturned(const LinesReturned& lines) {
  return std::all_of(lines.begin(), lines.end(), [](const auto& line) { return line.whole; });
}

void TellReturned(const pb::Order& order, const LinesReturned& before, const LinesReturned& after,
                  pb::OrderReturn* answer) {
  int64_t amount = 0;
  for (pb::ReturnedLine& line : DifferenceOf(order, before, after)) {
    amount += line.amount_minor_units();
    *answer->add_lines() = std::move(line);
  }
  const LinesReturned none(after.size());
  for (pb::ReturnedLine& line : DifferenceOf(order, none, after)) {
    *answer->add_returned_lines() = std::move(line);
  }
  answer->mutable_amount()->set_currency_code(order.total().currency_code());
  answer->mutable_amount()->set_minor_units(amount);
}

absl::StatusOr<LinesReturned> AddReturn(const pb::Order& order, const LinesReturned& before,
                                        const std::vector<pb::LineToReturn>& lines) {
  if (AllReturned(before)) {
    return status::Refused("ORDER_RETURNED", "Nothing is left of the order.");
  }
  LinesReturned after = before;
  if (lines.empty()) {
    for (size_t i = 0; i < after.size(); ++i) {
      after[i] = {.quantity = LineOf(order, i).quantity_thousandths(), .whole = true};
    }
    return after;
  }
  absl::flat_hash_set<int32_t> named;
  for (const pb::LineToReturn& line : lines) {
    const int32_t number = line.line_number();
    if (number < 1 || number > order.lines_size() || !named.insert(number).second) {
      return status::Error(absl::StatusCode::kInvalidArgument, "RETURN_LINE_INVALID",
                           "The order has no such line, or it stands twice.",
                           {{"line_number", std::to_string(number)}});
    }
    const auto i = static_cast<size_t>(number) - 1;
    LAUREL_ASSIGN_OR_RETURN(
        after[i], AddTo(LineOf(order, i), before[i], number, line.quantity_thousandths()));
  }
  return after;
}

std::vector<int64_t> ByAmount(const pb::Order& order, int64_t points) {
  std::vector<int64_t> amounts;
  bool any = false;
  for (const pb::OrderLine& line : order.lines()) {
    amounts.push_back(line.amount_minor_units());
    any = any || line.amount_minor_units() > 0;
  }
  if (!any) std::fill(amounts.begin(), amounts.end(), 1);
  return money::ShareByLargestRemainder(points, amounts);
}

std::vector<int64_t> EarnedByLine(const pb::Order& order, const pb::Entry& accrual, int64_t given) {
  std::vector<int64_t> by_line(LineCount(order));
  int64_t on_no_line = 0;
  for (const pb::RuleResult& result : accrual.rule_results()) {
    on_no_line += result.points();
    for (int i = 0; i < result.points_by_line_size(); ++i) {
      on_no_line -= result.points_by_line(i);
      by_line.at(static_cast<size_t>(i)) += result.points_by_line(i);
    }
  }
  if (on_no_line > 0) {
    const std::vector<int64_t> shares = ByAmount(order, on_no_line);
    for (size_t i = 0; i < by_line.size(); ++i) by_line[i] += shares[i];
  }
  // Below zero where a multiplier that takes points away dates them otherwise than what it
  // multiplies: the accrual has no points on that line then.
  int64_t sum = 0;
  for (int64_t& points : by_line) {
    points = std::max<int64_t>(points, 0);
    sum += points;
  }
  if (sum == given) return by_line;
  return sum == 0 ? ByAmount(order, given) : money::ShareByLargestRemainder(given, by_line);
}

int64_t ReturnedOf(const pb::Order& order, pb::ReturnMode mode, const LinesReturned& lines,
                   const std::vector<int64_t>& by_line) {
  if (mode == pb::RETURN_MODE_PROPORTIONAL && !AllReturned(lines)) {
    const Share share = ShareOf(order, lines);
    return Part(std::accumulate(by_line.begin(), by_line.end(), int64_t{0}), share.returned,
                share.of);
  }
  int64_t whole = 0;
  FractionSum parts;
  for (size_t i = 0; i < by_line.size(); ++i) {
    if (lines[i].whole) {
      whole += by_line[i];
    } else if (lines[i].quantity > 0) {
      parts.Add(by_line[i], lines[i].quantity, LineOf(order, i).quantity_thousandths());
    }
  }
  return whole + parts.RoundedDown();
}

}  // namespace laurel::members
