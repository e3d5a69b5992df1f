// Rewards that campaigns give (RewardGranted of members-svc): all of a delivery in one transaction,
// each once, by its grant's id. What stands against one is told by GrantRefused and holds up
// nobody.

#include "lib/log/log.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/coupon_code.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/grants.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {
namespace {

// Of all that is told, only grants have an effect here; a delivery without any costs nothing.
events::v1::DeliverRequest GrantsIn(const events::v1::DeliverRequest& request) {
  events::v1::DeliverRequest out;
  out.set_source(request.source());
  out.set_lane(request.lane());
  out.set_fence(request.fence());
  for (const events::v1::Event& event : request.events()) {
    if (event.has_reward_granted()) *out.add_events() = event;
  }
  return out;
}

// What can be read, each grant once.
std::vector<Grant> Read(const std::vector<events::Fact>& facts) {
  std::vector<Grant> grants;
  absl::flat_hash_set<base::Uuid> seen;
  for (const events::Fact& fact : facts) {
    const events::v1::RewardGranted& granted = fact.event->reward_granted();
    const Grant grant{.grant_id = IdIn("grt", granted.grant_id()),
                      .program_id = fact.program_id,
                      .member_id = fact.member_id,
                      .reward_id = IdIn("rwd", granted.reward_id()),
                      .campaign_id = IdIn("cmp", granted.campaign_id()),
                      .campaign_version = granted.campaign_version(),
                      .traceparent = fact.event->traceparent()};
    if (grant.grant_id.IsZero() || grant.campaign_version < 1) {
      log::Error("a grant that cannot be read", {{"grant_id", granted.grant_id()}});
    } else if (seen.insert(grant.grant_id).second) {
      grants.push_back(grant);
    }
  }
  return grants;
}

// The grants of one delivery, in one attempt of its transaction.
class Granting {
 public:
  Granting(const Deps& deps, db::Tx& tx) : deps_(deps), tx_(tx), now_(deps.clock.Now()) {}

  absl::StatusOr<std::vector<Dealt>> Run(std::vector<Grant> grants) {
    LAUREL_ASSIGN_OR_RETURN(const auto known, FindGrants(tx_, grants));
    std::erase_if(grants, [&](const Grant& grant) { return known.contains(grant.grant_id); });
    if (grants.empty()) return std::vector<Dealt>();
    LAUREL_RETURN_IF_ERROR(ReadRewards(grants));
    LAUREL_ASSIGN_OR_RETURN(const absl::Time position, EventPositionFor(tx_, grants, now_));
    LAUREL_ASSIGN_OR_RETURN(left_, TakeStocks(tx_, Wanted(grants)));
    std::vector<Dealt> dealt;
    dealt.reserve(grants.size());
    for (Grant& grant : grants) dealt.push_back(Deal(std::move(grant)));
    LAUREL_RETURN_IF_ERROR(WriteGrants(tx_, deps_.ids, dealt, now_, position));
    return dealt;
  }

 private:
  absl::Status ReadRewards(const std::vector<Grant>& grants) {
    for (const Grant& grant : grants) {
      const RewardName name(grant.program_id, grant.reward_id);
      if (rewards_.contains(name)) continue;
      LAUREL_ASSIGN_OR_RETURN(rewards_[name], FindReward(tx_, name.first, name.second));
    }
    return absl::OkStatus();
  }

  const std::optional<Reward>& RewardOf(const Grant& grant) const {
    return rewards_.at({grant.program_id, grant.reward_id});
  }

  Counts Wanted(const std::vector<Grant>& grants) const {
    Counts wanted;
    for (const Grant& grant : grants) {
      const auto& reward = RewardOf(grant);
      if (!CheckGrantable(reward, now_).ok() || !reward->stock_limited) continue;
      ++wanted[{grant.program_id, grant.reward_id}];
    }
    return wanted;
  }

  Dealt Deal(Grant grant) {
    const auto& reward = RewardOf(grant);
    absl::Status refusal = CheckGrantable(reward, now_);
    if (refusal.ok() && reward->stock_limited) {
      int64_t& left = left_[{grant.program_id, grant.reward_id}];
      if (left == 0) refusal = OutOfStock();
      if (left > 0) --left;
    }
    if (!refusal.ok()) return {std::move(grant), std::nullopt, status::ReasonOf(refusal)};
    Redemption given =
        GivenRedemption(grant, *reward, deps_.ids.Next(now_),
                        MakeCouponCode(deps_.ids.RandomBytes(kCouponRandomBytes)), now_);
    return {std::move(grant), std::move(given), ""};
  }

  const Deps& deps_;
  db::Tx& tx_;
  const absl::Time now_;
  absl::flat_hash_map<RewardName, std::optional<Reward>> rewards_;
  Counts left_;  // of what was taken
};

}  // namespace

absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request, events::v1::DeliverResponse*) {
  const events::v1::DeliverRequest grants = GrantsIn(request);
  if (grants.events().empty()) return absl::OkStatus();
  std::vector<Dealt> dealt;
  LAUREL_RETURN_IF_ERROR(deps.consumer.Deliver(
      call.deadline, grants,
      [&](db::Tx& tx, const std::vector<events::Fact>& facts) -> absl::Status {
        LAUREL_ASSIGN_OR_RETURN(dealt, Granting(deps, tx).Run(Read(facts)));
        return absl::OkStatus();
      }));
  for (const Dealt& one : dealt) {
    (one.given ? deps.metrics.granted : deps.metrics.grants_refused).Increment();
  }
  if (!dealt.empty()) deps.relay.Wake();
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
