#include "gamification-svc/domain/challenge.h"

#include <algorithm>
#include <string>
#include <vector>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::gamification {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

bool HasAmount(v1::EventType type) {
  return type == v1::EVENT_TYPE_ORDER_RECORDED || type == v1::EVENT_TYPE_POINTS_EARNED ||
         type == v1::EVENT_TYPE_POINTS_SPENT || type == v1::EVENT_TYPE_REWARD_ISSUED;
}

bool Fits(const Texts& wanted, const std::string& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool LineFits(const v1::EventFilter& filter, const events::v1::OrderedLine& line) {
  return Fits(filter.skus(), line.sku()) && Fits(filter.categories(), line.category());
}

// Each list holds when any line has one of its values: not necessarily the same line.
bool OrderFits(const v1::EventFilter& filter, const events::v1::OrderRecorded& order) {
  const auto any = [&](auto fits) {
    return std::any_of(order.lines().begin(), order.lines().end(), fits);
  };
  return order.total_minor_units() >= filter.min_amount() && Fits(filter.stores(), order.store()) &&
         Fits(filter.channels(), order.channel()) &&
         (filter.skus().empty() ||
          any([&](const auto& line) { return Fits(filter.skus(), line.sku()); })) &&
         (filter.categories().empty() ||
          any([&](const auto& line) { return Fits(filter.categories(), line.category()); }));
}

int64_t CountOrder(const v1::Challenge& challenge, const events::v1::OrderRecorded& order) {
  const v1::EventFilter& filter = challenge.filter();
  if (!OrderFits(filter, order)) return 0;
  if (challenge.measure() == v1::MEASURE_SUM_AMOUNT && filter.skus().empty() &&
      filter.categories().empty())
    return order.total_minor_units();
  int64_t amount = 0;
  int64_t quantity = 0;
  for (const auto& line : order.lines()) {
    if (!LineFits(filter, line)) continue;
    if (__builtin_add_overflow(amount, line.amount_minor_units(), &amount)) return 0;
    if (__builtin_add_overflow(quantity, line.quantity_thousandths(), &quantity)) return 0;
  }
  if (challenge.measure() == v1::MEASURE_SUM_AMOUNT) return amount;
  return challenge.measure() == v1::MEASURE_SUM_QUANTITY ? quantity : 1;
}

int64_t CountPoints(const v1::Challenge& challenge, int64_t amount) {
  if (amount < challenge.filter().min_amount()) return 0;
  return challenge.measure() == v1::MEASURE_SUM_AMOUNT ? amount : 1;
}

// Points of an entry of which `left` are left.
int64_t CountLeft(const v1::Challenge& challenge, int64_t left) {
  return left > 0 ? CountPoints(challenge, left) : 0;
}

// The order as if only what is left of it had been bought.
events::v1::OrderRecorded LeftOf(const events::v1::OrderReturned& returned, bool after) {
  events::v1::OrderRecorded left;
  left.set_store(returned.store());
  left.set_channel(returned.channel());
  left.set_total_minor_units(returned.order_total_minor_units());
  *left.mutable_lines() = returned.order_lines();
  std::vector<bool> gone(static_cast<size_t>(left.lines_size()));
  const auto take = [&](const events::v1::ReturnedOrderLine& back, int64_t sign) {
    if (back.line_number() < 1 || back.line_number() > left.lines_size()) return;
    auto& line = *left.mutable_lines(back.line_number() - 1);
    line.set_quantity_thousandths(line.quantity_thousandths() - sign * back.quantity_thousandths());
    line.set_amount_minor_units(line.amount_minor_units() - sign * back.amount_minor_units());
    left.set_total_minor_units(left.total_minor_units() - sign * back.amount_minor_units());
    // With its last unit a line is gone; one without a quantity comes back as a whole.
    gone[static_cast<size_t>(back.line_number()) - 1] =
        sign > 0 && line.quantity_thousandths() <= 0;
  };
  for (const auto& back : returned.returned_lines()) take(back, 1);
  if (!after) {
    for (const auto& back : returned.lines()) take(back, -1);
  }
  for (int i = left.lines_size() - 1; i >= 0; --i) {
    if (gone[static_cast<size_t>(i)]) left.mutable_lines()->DeleteSubrange(i, 1);
  }
  return left;
}

bool CountsAsPoints(const events::v1::ReturnedOrderPoints& points, bool spent) {
  return points.wallet_type() == kPointsWallet && points.spent() == spent;
}

// Whether this service took back what a challenge had paid.
bool IsOwnTakeBack(const events::v1::Event& event) {
  const auto& taken = event.points_clawed_back();
  return event.has_points_clawed_back() && taken.wallet_type() == kPointsWallet &&
         taken.service() == kServiceName && taken.accrual_points() > 0;
}

// Whether challenges of this type of event are concerned.
bool Concerns(const events::v1::Event& event, v1::EventType type) {
  if (!event.has_order_returned())
    return type == TypeOf(event) && type != v1::EVENT_TYPE_UNSPECIFIED;
  const bool points = type == v1::EVENT_TYPE_POINTS_EARNED || type == v1::EVENT_TYPE_POINTS_SPENT;
  return type == v1::EVENT_TYPE_ORDER_RECORDED ||
         (points && !event.order_returned().points().empty());
}

// What a return brings to a challenge that counts orders, points earned or points spent.
std::vector<Contribution> Undone(const v1::Challenge& challenge,
                                 const events::v1::OrderReturned& returned) {
  if (challenge.event_type() == v1::EVENT_TYPE_ORDER_RECORDED) {
    const int64_t before = CountOrder(challenge, LeftOf(returned, false));
    const int64_t after = returned.whole() ? 0 : CountOrder(challenge, LeftOf(returned, true));
    return {{base::FromTimestamp(returned.order_occur_time()), after - before}};
  }
  std::vector<Contribution> out;
  const bool spent = challenge.event_type() == v1::EVENT_TYPE_POINTS_SPENT;
  for (const auto& points : returned.points()) {
    if (!CountsAsPoints(points, spent)) continue;
    const int64_t left = points.points() - points.points_before();
    out.push_back({base::FromTimestamp(points.time()),
                   CountLeft(challenge, left - points.points_back()) - CountLeft(challenge, left)});
  }
  return out;
}

void CheckTexts(const Texts& texts, const std::string& name, bool allowed,
                std::vector<status::Violation>& violations) {
  const std::string path = "challenge.filter." + name;
  if (!allowed && !texts.empty()) violations.push_back({path, "only orders have these"});
  for (int i = 0; i < texts.size(); ++i) {
    if (IsBlank(texts[i]))
      violations.push_back({path + "[" + std::to_string(i) + "]", "must not be blank"});
  }
}

}  // namespace

absl::StatusOr<v1::Challenge> CompleteChallenge(v1::Challenge challenge) {
  std::vector<status::Violation> violations;
  const v1::EventType type = challenge.event_type();
  const v1::EventFilter& filter = challenge.filter();
  const bool orders = type == v1::EVENT_TYPE_ORDER_RECORDED;
  if (IsBlank(challenge.display_name()))
    violations.push_back({"challenge.displayName", "must not be blank"});
  if (!v1::EventType_IsValid(type))
    violations.push_back({"challenge.eventType", "is no type of event"});
  if (!v1::Measure_IsValid(challenge.measure()))
    violations.push_back({"challenge.measure", "is no measure"});
  if (challenge.measure() == v1::MEASURE_SUM_AMOUNT && !HasAmount(type))
    violations.push_back({"challenge.measure", "these events have no amount"});
  if (challenge.measure() == v1::MEASURE_SUM_QUANTITY && !orders)
    violations.push_back({"challenge.measure", "only orders have quantities"});
  if (filter.min_amount() > 0 && !HasAmount(type))
    violations.push_back({"challenge.filter.minAmount", "these events have no amount"});
  CheckTexts(filter.stores(), "stores", orders, violations);
  CheckTexts(filter.channels(), "channels", orders, violations);
  CheckTexts(filter.skus(), "skus", orders, violations);
  CheckTexts(filter.categories(), "categories", orders, violations);
  if (!violations.empty()) return status::Invalid("CHALLENGE_INVALID", violations);
  if (challenge.measure() == v1::MEASURE_UNSPECIFIED) challenge.set_measure(v1::MEASURE_COUNT);
  challenge.mutable_filter();
  return challenge;
}

v1::EventType TypeOf(const events::v1::Event& event) {
  using Payload = events::v1::Event;
  switch (event.payload_case()) {
    case Payload::kOrderRecorded:
      return v1::EVENT_TYPE_ORDER_RECORDED;
    case Payload::kPointsEarned:
      // What challenges pay does not count for challenges: one could hold itself up.
      return event.points_earned().wallet_type() == kPointsWallet &&
                     event.points_earned().service() != kServiceName
                 ? v1::EVENT_TYPE_POINTS_EARNED
                 : v1::EVENT_TYPE_UNSPECIFIED;
    case Payload::kPointsSpent:
      return event.points_spent().wallet_type() == kPointsWallet ? v1::EVENT_TYPE_POINTS_SPENT
                                                                 : v1::EVENT_TYPE_UNSPECIFIED;
    case Payload::kRewardIssued:
      return v1::EVENT_TYPE_REWARD_ISSUED;
    case Payload::kReferralQualified:
      return v1::EVENT_TYPE_REFERRAL_QUALIFIED;
    case Payload::kMemberEnrolled:
      return v1::EVENT_TYPE_MEMBER_ENROLLED;
    default:
      return v1::EVENT_TYPE_UNSPECIFIED;
  }
}

std::optional<int64_t> CountOf(const v1::Challenge& challenge, const events::v1::Event& event) {
  int64_t count = 1;
  if (event.has_order_recorded()) {
    count = CountOrder(challenge, event.order_recorded());
  } else if (event.has_points_earned()) {
    count = CountPoints(challenge, event.points_earned().amount());
  } else if (event.has_points_spent()) {
    count = CountPoints(challenge, event.points_spent().amount());
  } else if (event.has_reward_issued()) {
    count = CountPoints(challenge, event.reward_issued().points());
  }
  if (count <= 0) return std::nullopt;
  return count;
}

std::vector<v1::EventType> TypesOf(const events::v1::Event& event) {
  std::vector<v1::EventType> types;
  for (const v1::EventType type :
       {v1::EVENT_TYPE_ORDER_RECORDED, v1::EVENT_TYPE_POINTS_EARNED, v1::EVENT_TYPE_POINTS_SPENT,
        v1::EVENT_TYPE_REWARD_ISSUED, v1::EVENT_TYPE_REFERRAL_QUALIFIED,
        v1::EVENT_TYPE_MEMBER_ENROLLED}) {
    if (Concerns(event, type)) types.push_back(type);
  }
  return types;
}

std::vector<Contribution> ContributionsOf(const v1::Challenge& challenge,
                                          const events::v1::Event& event, absl::Time occurred) {
  if (!Concerns(event, challenge.event_type())) return {};
  std::vector<Contribution> out;
  if (event.has_order_returned()) {
    out = Undone(challenge, event.order_returned());
  } else {
    out = {{occurred, CountOf(challenge, event).value_or(0)}};
  }
  const absl::Time from = base::FromTimestamp(challenge.create_time());
  std::erase_if(out,
                [from](const Contribution& c) { return c.amount == 0 || c.occur_time < from; });
  return out;
}

int64_t ScoreOf(const events::v1::Event& event) {
  if (event.has_points_earned()) {
    const bool counts = event.points_earned().wallet_type() == kPointsWallet;
    return counts ? std::max<int64_t>(0, event.points_earned().amount()) : 0;
  }
  if (IsOwnTakeBack(event)) return -event.points_clawed_back().accrual_points();
  int64_t score = 0;
  for (const auto& points : event.order_returned().points()) {
    if (CountsAsPoints(points, false)) score -= points.points_back();
  }
  return score;
}

}  // namespace laurel::gamification
