// What corrections need to know beside heads and request keys: the entries that they name, what has
// been done about those since, how far one person may adjust. Batches without corrections read
// nothing here.
#pragma once

#include <set>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// Wallets as (bucket, owner, number), in key order.
using WalletKeys = std::set<std::tuple<int, base::Uuid, int>>;

// Before the heads, since an entry that somebody can name never changes: into state.referred the
// entries that are to be undone and the other sides of transfers among them, whose wallets come
// into `others`, for their heads have to be read too.
absl::Status LoadUndone(db::Tx& tx, const std::vector<Command>& commands, BatchState& state,
                        WalletKeys& others);

// After the heads: limits of adjustments, the entries that commands name with their marks and
// refunds, and the history of wallets in which what is to be taken back may have expired.
absl::Status LoadCorrections(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

// A conflict when a wallet holds less than its open reservations as they were read: they are read
// before the heads, and one that somebody ended in between still looks open.
absl::Status CheckReservations(const BatchState& state);

}  // namespace laurel::members
