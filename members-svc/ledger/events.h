// The facts that the ledger tells.
#pragma once

#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// What an entry means to others: an event for each that moves points to or from the member, and for
// pending points that become active. Holding and releasing points tells nothing.
void AddEvents(base::IdSource& ids, const Command& command, const ProgramRules& rules,
               const WalletId& wallet, const LedgerEntry& entry, BatchState& state);

void AddOrderEvent(base::IdSource& ids, const Command& command, const ProgramRules& rules,
                   const members::v1::Order& order, BatchState& state);

}  // namespace laurel::members
