// What recording occurrences needs to know: which of them have been recorded, the wallets and the
// counters that they may touch. Batches without occurrences read nothing here.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pipeline.h"
#include "members-svc/domain/caps.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// The rules that an occurrence triggers; null: none.
const ProgramRules* TriggeredBy(const RecordOccurrence& what, const ProgramRules& rules);

// The wallets that campaigns may pay into, and the first one: its head says that the member exists.
std::vector<int> WalletsOfOccurrence(const RecordOccurrence& what, const ProgramRules& rules);

// The counters that an occurrence may add to: those of its member, or of all members together.
std::vector<CounterKey> CountersOfOccurrence(const RecordOccurrence& what, const CapCountersOf& of,
                                             const ProgramRules& rules, int64_t now_us,
                                             bool of_all);

// The counter of an activity's limit, in the period that `occur` falls into.
CounterKey CounterOfLimit(const OccurrenceLimit& limit, const base::Uuid& member_id,
                          absl::Time occur, absl::TimeZone zone);

// Asks for what has been recorded under the keys of the batch; whether there was anything to ask.
// Last, as request keys are: what commits in between is found here, or its key is taken then.
bool SendOccurrences(db::Pipeline& tx, const std::vector<Command>& commands,
                     const BatchState& state);
void TakeOccurrences(const db::Rows& rows, BatchState& state);

// Asks which consents that the batch's activities need hold, and holds them until it has ended: a
// withdrawal waits for it, and what comes after a withdrawal finds none. Whether there was anything
// to ask.
bool SendConsents(db::Pipeline& tx, const std::vector<Command>& commands, const BatchState& state);
void TakeConsents(const db::Rows& rows, BatchState& state);

}  // namespace laurel::members
