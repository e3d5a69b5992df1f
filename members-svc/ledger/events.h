// The facts that the ledger tells.
#pragma once

#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// What an entry means to others: points earned, spent, refunded, expired; nothing for the rest.
void AddEvents(base::IdSource& ids, const Command& command, const ProgramRules& rules,
               const WalletId& wallet, const LedgerEntry& entry, BatchState& state);

void AddOrderEvent(base::IdSource& ids, const Command& command, const ProgramRules& rules,
                   const members::v1::Order& order, BatchState& state);

}  // namespace laurel::members
