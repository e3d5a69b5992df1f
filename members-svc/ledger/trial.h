// An order or an activity tried: loaded and decided as a batch of one, in a transaction that cannot
// write, and never stored.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/activity.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/db/pool.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

struct OrderTrial {
  members::v1::Order order;  // as it would be answered; its id is nobody's
  // One per campaign of the rules, in running order, as the engine says.
  std::vector<CampaignOutcome> outcomes;
};

struct ActivityTrial {
  members::v1::Activity activity;  // as it would be answered; its id is nobody's
  std::vector<CampaignOutcome> outcomes;
};

struct TrialOf {
  // The command of RecordOrder or RecordOccurrence, with its member. Zero and no external id:
  // somebody who has just joined.
  Command command;
  std::shared_ptr<const ProgramRules> rules;
  int64_t record_us = 0;  // when it would be recorded
};
// Refuses as recording would.
absl::StatusOr<OrderTrial> TryOrder(db::Pool& pool, const AttemptDeps& deps, TrialOf trial);
absl::StatusOr<ActivityTrial> TryActivity(db::Pool& pool, const AttemptDeps& deps, TrialOf trial);

}  // namespace laurel::members
