// What the directory of orders knows of a batch: who else has an external id, an unmatched order or
// a redemption, and which orders are known by requests whose days are over.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// Asks for the keys that the batch may claim; whether there was anything to ask.
bool SendOrderDirectory(db::Pipeline& tx, const std::vector<Command>& commands,
                        const BatchState& state);
void TakeOrderDirectory(const db::Rows& rows, BatchState& state);

// An order without an external id has its request's key in the directory for ever. Sent again when
// the days on which request keys are looked for are over, it is the same order: reads it into
// state.orders_by_key. Of requests made within a day, and of all others, nothing is read.
absl::Status LoadOrdersOfOldKeys(db::Tx& tx, const std::vector<Command>& commands,
                                 BatchState& state);

}  // namespace laurel::members
