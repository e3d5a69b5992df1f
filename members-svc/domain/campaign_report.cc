#include "members-svc/domain/campaign_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_return.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

absl::Status Overflow() {
  return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                       "The sum is more than can be counted.");
}

absl::Status AddTo(int64_t* sum, int64_t more) {
  const auto added = money::Add(*sum, more);
  if (!added) return Overflow();
  *sum = *added;
  return absl::OkStatus();
}

bool DidSomething(const pb::RuleResult& result) {
  return result.points() != 0 || !result.granted_reward_id().empty() ||
         !result.set_attribute_name().empty();
}

// What has been returned of the points of a result, whose sign they have.
int64_t ReturnedPoints(const pb::Order& order, const pb::RuleResult& result,
                       const pb::OrderReturn& newest) {
  const LinesReturned lines = LinesReturnedOf(order, newest.returned_lines());
  if (AllReturned(lines)) return result.points();
  const int64_t sign = result.points() < 0 ? -1 : 1;
  std::vector<int64_t> by_line(static_cast<size_t>(order.lines_size()));
  for (int i = 0; i < std::min(result.points_by_line_size(), order.lines_size()); ++i) {
    by_line[static_cast<size_t>(i)] = std::max<int64_t>(sign * result.points_by_line(i), 0);
  }
  return sign * std::min(sign * result.points(), ReturnedOf(order, newest.mode(), lines, by_line));
}

int64_t AmountReturned(const pb::OrderReturn& newest) {
  int64_t amount = 0;
  for (const pb::ReturnedLine& line : newest.returned_lines()) amount += line.amount_minor_units();
  return amount;
}

bool NothingLeft(const pb::OrderReturn* newest) {
  return newest != nullptr && (newest->order_state() == pb::ORDER_STATE_RETURNED ||
                               newest->order_state() == pb::ORDER_STATE_CANCELLED);
}

}  // namespace

GoalCounts CampaignSums::CountsOf(const Bought& bought) {
  return {.orders = bought.orders,
          .amount = bought.amount,
          .members = static_cast<int64_t>(bought.members.size())};
}

absl::Status CampaignSums::AddTo(Bought* bought, const base::Uuid& member_id,
                                 int64_t amount) const {
  ++bought->orders;
  bought->members.insert(member_id);
  return members::AddTo(&bought->amount, amount);
}

absl::Status CampaignSums::AddPoints(const pb::RuleResult& result, int64_t returned) {
  LAUREL_RETURN_IF_ERROR(members::AddTo(&given_, result.points()));
  LAUREL_RETURN_IF_ERROR(members::AddTo(&returned_, returned));
  return members::AddTo(&versions_[result.campaign_version()].points, result.points() - returned);
}

absl::Status CampaignSums::AddOrder(const base::Uuid& member_id, absl::Time occur,
                                    const pb::Order& order, const pb::OrderReturn* newest_return) {
  const bool left = !NothingLeft(newest_return);
  const int64_t amount =
      order.total().minor_units() - (newest_return == nullptr ? 0 : AmountReturned(*newest_return));
  if (left && spans_.run && spans_.run->Holds(occur)) {
    LAUREL_RETURN_IF_ERROR(AddTo(&run_, member_id, amount));
  }
  if (left && spans_.baseline && spans_.baseline->Holds(occur)) {
    LAUREL_RETURN_IF_ERROR(AddTo(&baseline_, member_id, amount));
  }
  if (!spans_.window.Holds(occur)) return absl::OkStatus();
  for (const pb::RuleResult& result : order.rule_results()) {
    if (result.campaign_id() != campaign_id_ || !DidSomething(result)) continue;
    const int64_t returned =
        newest_return == nullptr ? 0 : ReturnedPoints(order, result, *newest_return);
    LAUREL_RETURN_IF_ERROR(AddPoints(result, returned));
    if (!result.granted_reward_id().empty()) ++rewards_;
    if (!left) continue;
    LAUREL_RETURN_IF_ERROR(AddTo(&had_, member_id, amount));
    ++versions_[result.campaign_version()].orders;
  }
  return absl::OkStatus();
}

absl::Status CampaignSums::AddOccurrence(const base::Uuid& member_id,
                                         const pb::Activity& occurrence) {
  for (const pb::RuleResult& result : occurrence.rule_results()) {
    if (result.campaign_id() != campaign_id_ || !DidSomething(result)) continue;
    if (!result.granted_reward_id().empty()) ++rewards_;
    LAUREL_RETURN_IF_ERROR(AddPoints(result, 0));
    LAUREL_RETURN_IF_ERROR(AddTo(&had_, member_id, 0));
    ++versions_[result.campaign_version()].orders;
  }
  return absl::OkStatus();
}

void CampaignSums::Fill(pb::CampaignReport* report) const {
  report->set_orders(had_.orders);
  report->set_members(static_cast<int64_t>(had_.members.size()));
  report->set_points_given(given_);
  report->set_points_returned(returned_);
  report->set_points(given_ - returned_);
  report->set_amount_minor_units(had_.amount);
  report->set_rewards(rewards_);
  for (const auto& [number, version] : versions_) {
    pb::CampaignVersionReport& out = *report->add_versions();
    out.set_version(number);
    out.set_orders(version.orders);
    out.set_points(version.points);
  }
}

}  // namespace laurel::members
