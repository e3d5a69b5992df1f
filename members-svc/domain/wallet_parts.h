// What the operations on a wallet are made of; for wallet.cc, corrections.cc and reversal.cc only.
// Nothing here checks whether an operation is allowed, but for what says so.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// Keeps every sum of two amounts below the int64 limit.
inline constexpr int64_t kMaxBalance = int64_t{1} << 61;
inline constexpr int64_t kDayUs = 86400LL * 1000000;

// Puts a lot in its place; one that agrees in both dates grows.
void AddLot(Lots& lots, const Lot& lot);
// Takes up to `amount` from the active lots, in order; what was taken, lot by lot.
Lots TakeActive(Lots& lots, int64_t amount);
// Takes up to `amount` from the lot of exactly these dates; how much was there.
int64_t TakeFrom(Lots& lots, const Lot& dates, int64_t amount);
// Puts lots into the wallet after `credited` points have been added to its active balance: what
// fills a hole below zero is no lot, the earliest expiries fill it.
void OpenLots(Wallet& wallet, Lots lots, int64_t credited);
// Puts lots back that a debit of `amount` took, after the balances have been moved: where it went
// below zero, it took fewer points from lots than it was worth. So giving it back fills the hole
// first, and the lots follow with what is left above zero; overdraft whose hole has been filled
// meanwhile by other credits comes back as points that never expire.
void ReturnLots(Wallet& wallet, const Lots& lots, int64_t amount);
// Moves the balances and appends the entry.
LedgerEntry& Append(Wallet& wallet, int64_t now_us, LedgerEntry entry,
                    std::vector<LedgerEntry>& out);

// Books an entry that gives these active lots, and settles what is due of them at once.
void GiveLots(Wallet& wallet, const Moment& moment, LedgerEntry entry, const Lots& lots,
              std::vector<LedgerEntry>& out);

// Whether so many more points would pass the limit.
bool WouldOverflow(const Wallet& wallet, int64_t amount);
// OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status Overflow();
// Points of an expiry come back for policy.reinstate_days. FAILED_PRECONDITION,
// REINSTATE_WINDOW_PASSED.
absl::Status WithinReinstateWindow(const Moment& moment, const LedgerEntry& expiry);
// FAILED_PRECONDITION, INSUFFICIENT_POINTS.
absl::Status Insufficient(int64_t available);

}  // namespace laurel::members
