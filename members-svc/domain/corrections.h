// What people and policies do to a wallet beyond earning and spending: adjust, transfer, claw back,
// reinstate, activate and cancel. Pure, and as in wallet.h: an operation changes the wallet and
// appends its entry, or returns an error and changes nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// Adds `delta`, which is not 0. Above zero it opens an active lot that ends at `expire_us`; below
// zero it takes active points, earliest expiry first, as far as below_zero allows (CLAMP: what is
// there, at least one). FAILED_PRECONDITION, INSUFFICIENT_POINTS or BALANCE_CAP_REACHED;
// OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status Adjust(Wallet& wallet, const Moment& moment, int64_t delta, int64_t expire_us,
                    std::vector<LedgerEntry>& out);

// The giver's side of a transfer, never below zero; the entry's lots say what left.
// FAILED_PRECONDITION, TRANSFERS_NOT_ALLOWED or INSUFFICIENT_POINTS.
absl::Status TransferOut(Wallet& wallet, const Moment& moment, int64_t amount,
                         std::vector<LedgerEntry>& out);
// The other side, with the lots as they arrive. FAILED_PRECONDITION, BALANCE_CAP_REACHED;
// OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status TransferIn(Wallet& wallet, const Moment& moment, const Lots& lots,
                        std::vector<LedgerEntry>& out);

// An accrual, and the dates and amount of its lot as they would be now if nothing had been taken.
struct OwnLot {
  int64_t accrual_seq = 0;
  Lot lot;
};

// Takes up to `own.lot.amount` back: pending points of these dates, then active ones, then others,
// as the policy says. What has expired of the accrual is not among them: it is not taken a second
// time out of other points. FAILED_PRECONDITION, NOTHING_TO_CLAW_BACK or INSUFFICIENT_POINTS.
absl::Status ClawBack(Wallet& wallet, const Moment& moment, const OwnLot& own,
                      std::vector<LedgerEntry>& out);

// How much of `own.lot.amount` a claw-back takes where it takes what is there instead of refusing:
// of a return, which happens whatever the wallet holds. ClawBack of so much is not refused, but for
// POINTS_OVERFLOW; 0: there is nothing to take.
int64_t Takeable(const Wallet& wallet, const members::v1::WalletType& policy, const OwnLot& own);

// What a redemption or the capture of a reservation has used.
int64_t SpentBy(const LedgerEntry& spend);
// The lots that `amount` of a spend goes back to after `before` of it has: what overdrew the wallet
// comes first, which is no lot, then its lots in their order.
Lots LotsOfRefund(const LedgerEntry& spend, int64_t before, int64_t amount);

// Makes the pending lot active, to expire at `expire_us`. FAILED_PRECONDITION, NOT_PENDING when the
// wallet does not hold all of it any more.
absl::Status Activate(Wallet& wallet, const Moment& moment, const OwnLot& own, int64_t expire_us,
                      std::vector<LedgerEntry>& out);
// Takes the pending lot away. FAILED_PRECONDITION, NOT_PENDING.
absl::Status Cancel(Wallet& wallet, const Moment& moment, const OwnLot& own,
                    std::vector<LedgerEntry>& out);

// Lets `amount` active points expire now, those first that would expire first; 0: all.
// FAILED_PRECONDITION, INSUFFICIENT_POINTS.
absl::Status Expire(Wallet& wallet, const Moment& moment, int64_t amount,
                    std::vector<LedgerEntry>& out);

// Gives what `expiry` took back, to expire at `expire_us`. FAILED_PRECONDITION,
// REINSTATE_WINDOW_PASSED when the expiry lies further back than the policy allows.
absl::Status Reinstate(Wallet& wallet, const Moment& moment, const LedgerEntry& expiry,
                       int64_t expire_us, std::vector<LedgerEntry>& out);

}  // namespace laurel::members
