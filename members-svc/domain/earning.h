// What an order earns: pure, exact, in whole numbers. Source of the rules: proto/…/campaign.proto
// and the worked examples E1 to E16.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "members-svc/domain/member_facts.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/trigger.h"

namespace laurel::members {

// How much of a campaign has been had: points and orders in the period of a limit that an order
// falls into, and the amount (minor units, or whole units) that bands or a punch card have counted
// in theirs. Each of the three has a period of its own.
struct LimitUse {
  int64_t points = 0;
  int64_t orders = 0;
  int64_t amount = 0;
  friend bool operator==(const LimitUse&, const LimitUse&) = default;
};

// A counter: whose, of what and since when (the start of the period in the programme's calendar, by
// occur time; the epoch for one that is for ever). One row may serve a campaign's limit and its
// bands at once, where both periods begin together: they use different parts of LimitUse.
struct LimitKey {
  base::Uuid campaign_id;
  absl::Time period_start;
  bool of_all = false;  // of all members of the programme together
  friend bool operator==(const LimitKey&, const LimitKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const LimitKey& k) {
    return H::combine(std::move(h), k.campaign_id, absl::ToUnixMicros(k.period_start), k.of_all);
  }
};
using LimitUses = absl::flat_hash_map<LimitKey, LimitUse>;

// The counters that an order at `occur_time` may touch, of the campaigns that are valid then: one
// per member limit, one per limit of all, one per effect that counts; each once. Known before
// evaluation, so that a batch reads them in one go.
std::vector<LimitKey> LimitKeysFor(const ProgramRules& rules, absl::Time occur_time);

// One campaign that ran, with its arithmetic; `result.points` is above zero unless limits took all,
// or bands or a punch card have counted only, or it gives a reward or an attribute (IsGrant), or
// the campaign is a multiplier, whose `points` are what it added.
struct Award {
  int wallet_no = 0;
  const members::v1::LotPolicy* lots = nullptr;  // the campaign's; null: it has none
  members::v1::RuleResult result;
};

// Whether a result is a reward or an attribute: there are no points, but the campaign has fired.
inline bool IsGrant(const members::v1::RuleResult& result) {
  return !result.granted_reward_id().empty() || !result.set_attribute_name().empty();
}

struct Earnings {
  // In the order in which the campaigns ran, multipliers after all others.
  std::vector<Award> awards;
  // What to add to the counters; a counter may stand there several times.
  std::vector<std::pair<LimitKey, LimitUse>> limit_uses;
};

// What became of one campaign.
struct CampaignOutcome {
  enum class Kind : uint8_t {
    kApplied,          // gave points, a reward or an attribute, or took some points as a
                       // multiplier below 1
    kNotYet,           // the order occurred before its start_time
    kEnded,            // or at its end_time or after
    kConditionFailed,  // see failed_path
    kNoLineCounts,
    kNothingEarned,  // it came to zero points; bands and punch cards may have counted
    kLimitReached,   // a limit or the budget left nothing
    kExclusive,      // it is exclusive and comes after one that gave, or after an exclusive one
    kStopped,        // after one that stops further ones
    kLostInGroup     // another of its group applied
  };
  const CampaignRules* campaign = nullptr;
  Kind kind = Kind::kNothingEarned;
  // Which part of its condition, such as `condition.all[1].stores`.
  std::string failed_path;
  // Its place in Earnings.awards; -1: it has none.
  int award = -1;
};

// Evaluates the active campaigns for an order of `occur_time`. `used` holds the counters of
// LimitKeysFor (absent: zero), `facts` what is known of the member, as far as rules.asks asks for
// it. The caller's own figures in the request are never read. `outcomes`,
// where it is asked for, gets one per campaign, in running order; it changes nothing else.
// OUT_OF_RANGE, POINTS_OVERFLOW; INVALID_ARGUMENT, INVALID_REQUEST for a tax that does not fit into
// the amount that holds it. Where the words of campaign.proto leave it open:
// - a rule that comes to zero points has not fired; one whose limit took all is listed with what it
//   lost, and stops nothing; bands and a punch card are listed when they have counted;
// - limits of the member trim before limits of all;
// - a multiplier fires when its conditions hold and it counts a line. It multiplies what all amount
//   rules of its wallet type gave on its lines, whether they ran before or after it. Its own
//   rounding is that of the product; several multiply exact fractions;
// - multipliers of a group are compared by what each would add if there were no others;
// - fixed points with a line filter want at least one line that counts; so do points for a visit, a
//   reward and an attribute;
// - an order that begins no visit does not meet the condition `pointsPerVisit` of a campaign that
//   gives points for visits;
// - units are whole per line; the points of a delivery charge lie on the lines, by their amounts.
absl::StatusOr<Earnings> EvaluateOrder(const ProgramRules& rules,
                                       const members::v1::RecordOrderRequest& order,
                                       absl::Time occur_time, const LimitUses& used,
                                       const MemberFacts& facts,
                                       std::vector<CampaignOutcome>* outcomes = nullptr);

// The same for what happens to a member without an order: `triggered` are the rules of its trigger
// (ProgramRules::triggered). A campaign whose trigger waits for something else does not meet its
// condition `trigger`.
absl::StatusOr<Earnings> EvaluateOccurrence(const ProgramRules& triggered,
                                            const OccurrenceAttributes& attributes,
                                            absl::Time occur_time, const LimitUses& used,
                                            const MemberFacts& facts,
                                            std::vector<CampaignOutcome>* outcomes = nullptr);

}  // namespace laurel::members
