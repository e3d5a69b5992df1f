// The facts that the ledger tells.
#pragma once

#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// What an entry means to others: an event for each that moves points to or from the member, and for
// pending points that become active. Holding and releasing points tells nothing.
// `member_id` is who acted, zero in a pool where time did: no member is told of that.
void AddEvents(base::IdSource& ids, const Command& command, const ProgramRules& rules,
               const WrittenEntry& written, const base::Uuid& member_id, BatchState& state);

void AddOrderEvent(base::IdSource& ids, const Command& command, const ProgramRules& rules,
                   const members::v1::Order& order, BatchState& state);

void AddReturnEvent(base::IdSource& ids, const Command& command, const members::v1::Order& order,
                    const members::v1::OrderReturn& returned, BatchState& state);

// Says that it was recorded, not what: its attributes may be anything.
void AddActivityEvent(base::IdSource& ids, const Command& command,
                      const members::v1::Activity& activity, BatchState& state);

}  // namespace laurel::members
