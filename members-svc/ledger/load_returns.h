// What returns of orders need to know: the entries of the order, its returns so far, and the
// counters that get something back. Batches without returns, and without orders that redemptions
// paid for, read nothing here.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pool.h"
#include "members-svc/domain/caps.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"
#include "members-svc/ledger/load_corrections.h"

namespace laurel::members {

// Before the heads, since an entry never changes: into state.referred the entries of the orders
// that are to be returned, whose wallets come into `wallets`, for their heads have to be read too;
// and the redemptions that orders name which are to be recorded.
absl::Status LoadOrderEntries(db::Tx& tx, const std::vector<Command>& commands, BatchState& state,
                              WalletKeys& wallets);

// Last of all: the returns of those orders so far, and those that the request keys have made. What
// commits in between is found here, or has bumped a head.
absl::Status LoadReturns(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

// The counters that a return gives something back to: of its member, or of all members together.
std::vector<CounterKey> CountersOfReturn(const ReturnOrder& back, const CapCountersOf& of,
                                         const ProgramRules& rules, bool of_all);

}  // namespace laurel::members
