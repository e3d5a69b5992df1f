// What the rules of a batch ask of its members beside counters: tiers, segments, attributes. Read
// without a lock, with the heads: as of the last evaluation that had committed by then.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pipeline.h"
#include "members-svc/domain/member_facts.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// Asks for them, into state.facts; false: the rules ask for nothing, and nothing was sent. What
// comes back goes to TakeMemberFacts.
bool SendMemberFacts(db::Pipeline& tx, const std::vector<Command>& commands, BatchState& state);
absl::Status TakeMemberFacts(const db::Rows& rows, BatchState& state);

// What is known of a member at state.now_us: who has not been evaluated in a tier set is in its
// lowest tier. Without what counters say.
MemberFacts FactsOf(const ProgramRules& rules, const base::Uuid& member_id,
                    const BatchState& state);

}  // namespace laurel::members
