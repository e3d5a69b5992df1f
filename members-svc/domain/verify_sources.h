// Proving a wallet against what stands beside its entries: the head's lots, the reservations, the
// refunds and the marks. Each is derived again from the entries alone. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "members-svc/domain/verify_marks.h"

namespace laurel::members {

// A row of reservations.
struct ReservationRow {
  base::Uuid reservation_id;
  base::Uuid program_id;
  base::Uuid owner_id;
  int wallet_no = 0;
  int state = 0;  // laurel.members.v1.ReservationState
  int64_t amount = 0;
  int64_t captured_amount = 0;
  Lots lots;
  int64_t create_us = 0;
  int64_t expire_us = 0;
  int64_t end_us = 0;  // 0: open
  friend bool operator==(const ReservationRow&, const ReservationRow&) = default;
};

// A row of refunds.
struct RefundRow {
  base::Uuid program_id;
  int64_t redemption_seq = 0;
  int64_t refund_seq = 0;
};

// The reservations that the wallet's entries name, and all its rows of the other tables.
struct WalletRows {
  std::vector<ReservationRow> reservations;
  std::vector<RefundRow> refunds;
  std::vector<MarkRow> marks;
};

// The first fault, or none.
std::vector<WalletFault> VerifySources(const WalletId& id, const Wallet& head,
                                       const std::vector<LedgerEntry>& entries,
                                       const WalletRows& rows);

}  // namespace laurel::members
