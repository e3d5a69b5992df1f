// The households of a batch. A batch of programmes without pooled wallet types reads and locks
// nothing here.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// state.memberships, kept as they are until the end of the transaction by advisory locks (shared;
// alone where a command changes one): a request that is repeated while its member joins or leaves
// finds what it wrote. Taken before any other lock, in ascending order.
absl::Status LoadHouseholds(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

// For members who leave: how many are left, and what the pools' entries say whose the points are.
// After the heads.
absl::Status LoadLeaving(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

// The key of the advisory lock over a member's membership, or a household's.
int64_t MembershipLock(const base::Uuid& id);

// The memberships in rows of read_memberships, appended.
absl::Status TakeMemberships(const db::Rows& rows, BatchState& state);

}  // namespace laurel::members
