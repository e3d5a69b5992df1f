// Undoing what one entry did, wholly: the opposite amounts against the same account. Pure, and as
// in wallet.h: an operation changes the wallet and appends its entry, or returns an error and
// changes nothing. Whether the entry may still be undone is for whoever asks to know.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// Gives back what `undone` took (a redemption, capture, adjustment, transfer or claw-back), to the
// same lots; what has run out meanwhile becomes active, is cancelled or expires at once.
// OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status GiveBack(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      std::vector<LedgerEntry>& out);

// Takes all that `undone` gave (an accrual, adjustment or transfer): out of the lots where its
// points would be now, `own`, then out of others, earliest expiry first. Below zero only as far as
// claw_back (of an accrual: UNLIMITED) or below_zero (OVERDRAFT) lets it. FAILED_PRECONDITION,
// INSUFFICIENT_POINTS; OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status TakeBack(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      const Lots& own, std::vector<LedgerEntry>& out);

// Gives what the expiry `undone` took back; its lots are over, so the points now end at
// `expire_us`. OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status Unexpire(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      int64_t expire_us, std::vector<LedgerEntry>& out);

}  // namespace laurel::members
