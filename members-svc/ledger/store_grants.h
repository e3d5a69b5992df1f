// What campaigns that fired give beside points: rewards, of which the event RewardGranted tells
// rewards-svc, and attributes of the member. Both commit with the order, activity or occasion
// behind them, once: sent again, that is answered and not decided.
#pragma once

#include <string_view>

#include "lib/base/uuid.h"
#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// A grant's id follows from the request and the campaign.
base::Uuid GrantIdOf(const base::Uuid& request_key, std::string_view campaign_id);

// Adds the events of state.grants to the batch's, and sends the attributes (of one that is set
// several times, the last value holds) and the occasions of the batch's returns.
void StoreGrants(db::Pipeline& tx, base::IdSource& ids, BatchState& state);

}  // namespace laurel::members
