// What a campaign has given, summed over stored orders and occurrences: pure, exact under returns.
// Source of the rules: proto/…/campaign_report.proto.
//
// What a return takes of a campaign's points is what the counters of its limits and budget get back
// (return_counters.h): a function of how much of each line has been returned in all. So partial
// returns that add up to an order take all of it, and the figures are those that a limit of the
// same campaign and window would show. Each campaign's part of a partial return is rounded down by
// itself, while the ledger rounds once per entry: where several campaigns share an entry, the sum
// over them may differ from it by less than a point each, until the whole is returned.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/activity.pb.h"
#include "laurel/members/v1/campaign_report.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/campaign_goal.h"

namespace laurel::members {

class CampaignSums {
 public:
  // `window`: what the report is of. `run` and `baseline`: what a goal is measured in; absent: it
  // is not asked for.
  struct Spans {
    TimeSpan window;
    std::optional<TimeSpan> run;
    std::optional<TimeSpan> baseline;
  };
  CampaignSums(std::string campaign_id, const Spans& spans)
      : campaign_id_(std::move(campaign_id)), spans_(spans) {}

  // An order as it was recorded, and its newest return; null: nothing has been returned.
  // OUT_OF_RANGE, POINTS_OVERFLOW when a sum cannot be counted.
  absl::Status AddOrder(const base::Uuid& member_id, absl::Time occur,
                        const members::v1::Order& order,
                        const members::v1::OrderReturn* newest_return);
  // What happened in the window beside orders. POINTS_OVERFLOW as above.
  absl::Status AddOccurrence(const base::Uuid& member_id, const members::v1::Activity& occurrence);

  // Everything but ids, times, cost and goal.
  void Fill(members::v1::CampaignReport* report) const;
  GoalCounts run() const { return CountsOf(run_); }
  GoalCounts baseline() const { return CountsOf(baseline_); }

 private:
  struct Bought {
    int64_t orders = 0;
    int64_t amount = 0;
    absl::flat_hash_set<base::Uuid> members;
  };
  struct Version {
    int64_t orders = 0;
    int64_t points = 0;
  };

  static GoalCounts CountsOf(const Bought& bought);
  absl::Status AddTo(Bought* bought, const base::Uuid& member_id, int64_t amount) const;
  // Of one result: what it gave and what of that was returned.
  absl::Status AddPoints(const members::v1::RuleResult& result, int64_t returned);

  const std::string campaign_id_;
  const Spans spans_;
  Bought run_;
  Bought baseline_;
  Bought had_;  // orders that the campaign did something for
  int64_t given_ = 0;
  int64_t returned_ = 0;
  int64_t rewards_ = 0;
  std::map<int32_t, Version> versions_;
};

}  // namespace laurel::members
