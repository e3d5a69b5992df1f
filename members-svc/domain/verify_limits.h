// Proving a wallet against its wallet type's policy and against the clock. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "members-svc/domain/verify_sources.h"

namespace laurel::members {

// None outlives its expiry by more.
inline constexpr int64_t kReservationGraceUs = 60LL * 1000000;

// The first debit that took the active balance further down than the policy lets one of its kind,
// or none.
std::vector<WalletFault> VerifyFloor(const v1::WalletType& policy,
                                     const std::vector<LedgerEntry>& entries);

// The first reservation that is open although its expiry lies further back than the grace, or none;
// it is named by the entry that made it.
std::vector<WalletFault> VerifyExpiries(const std::vector<LedgerEntry>& entries,
                                        const std::vector<ReservationRow>& reservations,
                                        int64_t now_us);

}  // namespace laurel::members
