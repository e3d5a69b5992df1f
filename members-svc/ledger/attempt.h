// One attempt to run a batch of commands in one transaction: load what they touch, decide them in
// order, write what came of it.
#pragma once

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

struct AttemptDeps {
  base::IdSource& ids;
  const crypto::BlindIndex& index;
  CampaignCache& campaigns;
};

struct AttemptOptions {
  // Not before this; raised above the newest entry of every wallet in the batch, and `room_us`
  // more.
  int64_t now_us = 0;
  // For the rows of the batch's events before its time (Store).
  int64_t room_us = 0;
  // Lock the heads first: after a conflict.
  bool pessimistic = false;
  // That have partitions; request keys can stand nowhere else.
  const absl::flat_hash_set<int>& days;
  // A trial of these rules, with one command: nothing is locked, and nothing may be stored.
  std::shared_ptr<const ProgramRules> trial = nullptr;
};

// Fills `state`. Errors are the database's. The order of the reads matters: heads before keys, so
// that a twin that commits in between has bumped a head, and the guarded write fails.
absl::Status Load(db::Pipeline& tx, const AttemptDeps& deps, const AttemptOptions& options,
                  const std::vector<Command>& commands, BatchState& state);

// Decides every command in the order of arrival: state.outcomes, and all that is to be written.
void DecideAll(const AttemptDeps& deps, const std::vector<Command>& commands, BatchState& state);

// Sends the writes, which go with the commit: kAborted comes from there, when something it was
// decided on has changed meanwhile. Returns how many microseconds before the batch's time its first
// event stands: where there was less room, it must not be committed.
int64_t Store(db::Pipeline& tx, const AttemptDeps& deps, BatchState& state);

}  // namespace laurel::members
