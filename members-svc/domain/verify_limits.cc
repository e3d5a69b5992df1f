#include "members-svc/domain/verify_limits.h"

#include <algorithm>
#include <optional>

namespace laurel::members {
namespace {

int64_t OverdraftFloor(const v1::WalletType& policy) {
  return policy.below_zero() == v1::BELOW_ZERO_POLICY_OVERDRAFT ? -policy.overdraft_limit() : 0;
}

// Where points that were earned are taken back, their own policy decides.
std::optional<int64_t> ClawBackFloor(const v1::WalletType& policy) {
  switch (policy.claw_back()) {
    case v1::CLAW_BACK_POLICY_UNLIMITED:
      return std::nullopt;
    case v1::CLAW_BACK_POLICY_UNSPECIFIED:
      return OverdraftFloor(policy);
    default:
      return 0;
  }
}

// How far down a debit of this kind may take the active balance; none: as far as can be counted.
std::optional<int64_t> FloorOf(const v1::WalletType& policy, const LedgerEntry& entry) {
  switch (entry.kind) {
    case v1::ENTRY_KIND_REDEMPTION:
    case v1::ENTRY_KIND_ADJUSTMENT:
      return OverdraftFloor(policy);
    case v1::ENTRY_KIND_CLAW_BACK:
      return ClawBackFloor(policy);
    case v1::ENTRY_KIND_REVERSAL:
      return entry.account == Account::kIssued ? ClawBackFloor(policy) : OverdraftFloor(policy);
    default:
      return 0;  // what is held, transferred or expires is there
  }
}

}  // namespace

std::vector<WalletFault> VerifyFloor(const v1::WalletType& policy,
                                     const std::vector<LedgerEntry>& entries) {
  for (const LedgerEntry& entry : entries) {
    if (entry.active_delta >= 0 || entry.active_after >= 0) continue;
    const auto floor = FloorOf(policy, entry);
    if (floor && entry.active_after < *floor) {
      return {{entry.seq, "it takes active below the wallet's limit"}};
    }
  }
  return {};
}

std::vector<WalletFault> VerifyExpiries(const std::vector<LedgerEntry>& entries,
                                        const std::vector<ReservationRow>& reservations,
                                        int64_t now_us) {
  for (const ReservationRow& row : reservations) {
    if (row.state != v1::RESERVATION_STATE_OPEN || row.expire_us > now_us - kReservationGraceUs) {
      continue;
    }
    const auto made = std::find_if(entries.begin(), entries.end(), [&](const LedgerEntry& entry) {
      return entry.reservation_id == row.reservation_id;
    });
    return {{made == entries.end() ? 0 : made->seq,
             "its reservation is open more than a minute after its expiry"}};
  }
  return {};
}

}  // namespace laurel::members
