// Writes the occurrences that a batch has decided, with its other rows.
#pragma once

#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

void StoreOccurrences(db::Pipeline& tx, const BatchState& state);

}  // namespace laurel::members
