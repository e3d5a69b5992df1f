#include "members-svc/domain/verify_marks.h"

namespace laurel::members {
namespace {

constexpr int kActivated = 1;
constexpr int kCancelled = 2;

}  // namespace

MarkRow& Marks::At(int64_t seq) {
  return expected_.try_emplace(seq, MarkRow{.program_id = program_id_, .seq = seq}).first->second;
}

void Marks::Reversed(const LedgerEntry& entry) {
  MarkRow& undone = At(entry.refunded_seq);
  undone.reversed_seq = entry.seq;
  const int64_t sum = entry.active_delta + entry.pending_delta;
  // Nothing of an accrual is left to be taken, nor of an expiry to be given back.
  if (entry.account == Account::kIssued) undone.undone = -sum;
  if (entry.account == Account::kExpired) undone.undone = sum;
  const auto claw_back = claw_backs_.find(entry.refunded_seq);
  if (claw_back != claw_backs_.end()) {
    At(claw_back->second.accrual_seq).undone -= claw_back->second.counted;
  }
}

void Marks::Apply(const LedgerEntry& entry) {
  if (entry.refunded_seq == 0) return;  // about no other entry, or made by time
  switch (entry.kind) {
    case v1::ENTRY_KIND_CLAW_BACK: {
      v1::Entry detail;
      detail.ParseFromString(entry.detail);
      const int64_t counted = detail.points_forgiven() - entry.active_delta - entry.pending_delta;
      claw_backs_[entry.seq] = {entry.refunded_seq, counted};
      At(entry.refunded_seq).undone += counted;
      return;
    }
    case v1::ENTRY_KIND_ACTIVATION: {
      MarkRow& mark = At(entry.refunded_seq);
      mark.pending_end = kActivated;
      if (entry.expire_us != kNeverUs) mark.expire_us = entry.expire_us;
      return;
    }
    case v1::ENTRY_KIND_CANCELLATION: {
      MarkRow& mark = At(entry.refunded_seq);
      mark.pending_end = kCancelled;
      mark.undone -= entry.pending_delta;
      return;
    }
    case v1::ENTRY_KIND_REINSTATEMENT:
      At(entry.refunded_seq).undone = entry.active_delta;
      return;
    case v1::ENTRY_KIND_REFUND:
      // Of a return of the order that it paid for; any other stands in refunds.
      if (!entry.order_id.IsZero()) At(entry.refunded_seq).undone += entry.active_delta;
      return;
    case v1::ENTRY_KIND_REVERSAL:
      Reversed(entry);
      return;
    default:
      return;
  }
}

std::vector<WalletFault> Marks::Compare(const std::vector<MarkRow>& rows) {
  std::vector<WalletFault> faults;
  for (const MarkRow& row : rows) {
    const auto found = expected_.find(row.seq);
    if (found == expected_.end()) {
      faults.push_back({row.seq, "it is marked, and no entry says why"});
      continue;
    }
    if (found->second != row) faults.push_back({row.seq, "its mark is not what the entries say"});
    expected_.erase(found);
  }
  for (const auto& [seq, mark] : expected_) faults.push_back({seq, "its mark is missing"});
  return faults;
}

}  // namespace laurel::members
