#include "members-svc/domain/verify_sources.h"

#include <map>

#include "members-svc/domain/lot_replay.h"

namespace laurel::members {
namespace {

// What the entries say about the reservations.
class Reservations {
 public:
  explicit Reservations(const WalletId& id) : id_(id) {}

  void Apply(const LedgerEntry& entry) {
    if (entry.reservation_id.IsZero()) return;
    auto& [seq, row] = expected_[entry.reservation_id];
    if (entry.kind == v1::ENTRY_KIND_RESERVE) {
      seq = entry.seq;
      row = {.reservation_id = entry.reservation_id,
             .program_id = id_.program_id,
             .owner_id = id_.owner_id,
             .wallet_no = id_.wallet_no,
             .state = v1::RESERVATION_STATE_OPEN,
             .amount = entry.reserved_delta,
             .lots = entry.lots,
             .create_us = entry.create_us,
             .expire_us = entry.expire_us};
      return;
    }
    if (row.state != v1::RESERVATION_STATE_OPEN) return;  // what a capture has left is released
    row.end_us = entry.create_us;
    if (entry.kind == v1::ENTRY_KIND_CAPTURE) {
      row.state = v1::RESERVATION_STATE_CAPTURED;
      row.captured_amount = -entry.reserved_delta;
    } else {
      // Only time ends a reservation without a request.
      row.state = entry.request_key.IsZero() ? v1::RESERVATION_STATE_EXPIRED
                                             : v1::RESERVATION_STATE_RELEASED;
    }
  }

  std::vector<WalletFault> Compare(const std::vector<ReservationRow>& rows) {
    for (const ReservationRow& row : rows) {
      const auto found = expected_.find(row.reservation_id);
      if (found == expected_.end()) continue;
      if (found->second.second != row) {
        return {{found->second.first, "its reservation is not what the entries say"}};
      }
      expected_.erase(found);
    }
    if (expected_.empty()) return {};
    return {{expected_.begin()->second.first, "its reservation is missing"}};
  }

 private:
  const WalletId& id_;
  std::map<base::Uuid, std::pair<int64_t, ReservationRow>> expected_;  // with the entry's seq
};

// A reversal moves the opposite of an entry that stands before it, against the same account, and an
// entry is undone once. Returns of an order give a redemption back part by part, never more than
// all of it; any other refund gives all that is left.
class Reversals {
 public:
  std::string Apply(const LedgerEntry& entry) {
    const int64_t sum = entry.active_delta + entry.pending_delta + entry.reserved_delta;
    if (entry.kind == v1::ENTRY_KIND_REVERSAL) {
      const auto undone = undone_.find(entry.refunded_seq);
      if (undone == undone_.end()) return "it undoes what is not there, or was undone before";
      if (undone->second != std::pair(entry.account, -sum)) return "it is not what it undoes";
      undone_.erase(undone);
    } else if (entry.account != Account::kMember) {
      undone_[entry.seq] = {entry.account, sum};
    }
    if (entry.kind == v1::ENTRY_KIND_REFUND) return Refunded(entry, sum);
    if (entry.kind == v1::ENTRY_KIND_REINSTATEMENT) {
      if (undone_.erase(entry.refunded_seq) == 0) return "it gives back what was given back before";
    }
    return "";
  }

 private:
  std::string Refunded(const LedgerEntry& refund, int64_t sum) {
    const auto spend = undone_.find(refund.refunded_seq);
    if (spend == undone_.end()) return "it gives back what was given back before";
    int64_t& left = spend->second.second;  // below zero, as the spend took it
    left += sum;
    if (left > 0) return "it gives back more than was taken";
    if (left < 0 && refund.order_id.IsZero()) return "it does not give back all that was left";
    if (left == 0) undone_.erase(spend);
    return "";
  }

  std::map<int64_t, std::pair<Account, int64_t>> undone_;  // what may still be undone, by seq
};

std::vector<WalletFault> CompareRefunds(const WalletId& id, std::map<int64_t, int64_t> expected,
                                        const std::vector<RefundRow>& rows) {
  for (const RefundRow& row : rows) {
    const auto found = expected.find(row.redemption_seq);
    if (found == expected.end()) {
      return {{row.refund_seq, "a row of refunds that no entry has made"}};
    }
    if (found->second != row.refund_seq || row.program_id != id.program_id) {
      return {{found->second, "its row of refunds is not what the entries say"}};
    }
    expected.erase(found);
  }
  if (expected.empty()) return {};
  return {{expected.begin()->second, "its row of refunds is missing"}};
}

}  // namespace

std::vector<WalletFault> VerifySources(const WalletId& id, const Wallet& head,
                                       const std::vector<LedgerEntry>& entries,
                                       const WalletRows& rows) {
  LotReplay replay([](const LedgerEntry&) { return 0; });
  Reversals reversals;
  Reservations held(id);
  Marks marks(id.program_id);
  std::map<int64_t, int64_t> refunded;
  for (const LedgerEntry& entry : entries) {
    std::string fault = replay.Apply(entry);
    if (!fault.empty()) return {{entry.seq, std::move(fault)}};
    fault = reversals.Apply(entry);
    if (!fault.empty()) return {{entry.seq, std::move(fault)}};
    held.Apply(entry);
    marks.Apply(entry);
    const bool undoes_redemption =
        entry.kind == v1::ENTRY_KIND_REVERSAL && entry.account == Account::kRedeemed;
    const bool refunds_all = entry.kind == v1::ENTRY_KIND_REFUND && entry.order_id.IsZero();
    if (refunds_all || undoes_redemption) {
      refunded[entry.refunded_seq] = entry.seq;
    }
  }
  if (replay.known() && replay.OpenLots() != head.lots) {
    return {{0, "the head's lots are not what the entries have left"}};
  }
  if (auto faults = held.Compare(rows.reservations); !faults.empty()) return faults;
  if (auto faults = marks.Compare(rows.marks); !faults.empty()) return faults;
  return CompareRefunds(id, std::move(refunded), rows.refunds);
}

}  // namespace laurel::members
