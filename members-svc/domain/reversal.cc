#include "members-svc/domain/reversal.h"

#include <algorithm>
#include <optional>

#include "lib/base/check.h"
#include "members-svc/domain/wallet_parts.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

LedgerEntry ReversalOf(const LedgerEntry& undone, int64_t now_us) {
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_REVERSAL;
  entry.account = undone.account;
  entry.occur_us = now_us;
  entry.refunded_seq = undone.seq;
  return entry;
}

// The account's sum in the head, after `sum` more points have come to the wallet from it.
void Book(Wallet& wallet, Account account, int64_t sum) {
  if (account == Account::kIssued) wallet.lifetime_earned += sum;
  if (account == Account::kRedeemed) wallet.lifetime_spent -= sum;
  if (account == Account::kExpired) wallet.lifetime_expired -= sum;
  if (account == Account::kReversed) wallet.lifetime_reversed -= sum;
  if (account == Account::kAdjusted || account == Account::kTransferred) {
    wallet.lifetime_adjusted += sum;
  }
}

// How far below zero the active balance may go; none: as far as can be counted.
std::optional<int64_t> Floor(const pb::WalletType& policy, Account account) {
  if (account == Account::kIssued) {
    if (policy.claw_back() == pb::CLAW_BACK_POLICY_UNLIMITED) return std::nullopt;
    if (policy.claw_back() != pb::CLAW_BACK_POLICY_UNSPECIFIED) return 0;
  }
  return policy.below_zero() == pb::BELOW_ZERO_POLICY_OVERDRAFT ? -policy.overdraft_limit() : 0;
}

}  // namespace

absl::Status GiveBack(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      std::vector<LedgerEntry>& out) {
  // A capture took held points; its reservation has ended, so they come back as active ones.
  const int64_t active = -undone.active_delta - undone.reserved_delta;
  const int64_t pending = -undone.pending_delta;
  LAUREL_CHECK(active >= 0 && pending >= 0 && active + pending > 0);
  if (WouldOverflow(wallet, active + pending)) return Overflow();
  LedgerEntry entry = ReversalOf(undone, moment.now_us);
  entry.active_delta = active;
  entry.pending_delta = pending;
  entry.lots = undone.lots;
  Book(wallet, undone.account, active + pending);
  Append(wallet, moment.now_us, std::move(entry), out);
  Lots active_lots;
  for (const Lot& lot : undone.lots) {
    if (lot.activate_us != 0) {
      AddLot(wallet.lots, lot);
    } else {
      active_lots.push_back(lot);
    }
  }
  ReturnLots(wallet, active_lots, active);
  Settle(wallet, moment.now_us, out);
  return absl::OkStatus();
}

absl::Status TakeBack(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      const Lots& own, std::vector<LedgerEntry>& out) {
  const int64_t wanted = undone.active_delta + undone.pending_delta;
  LAUREL_CHECK(wanted > 0);
  LedgerEntry entry = ReversalOf(undone, moment.now_us);
  Lots lots = wallet.lots;
  int64_t left = wanted;
  for (const Lot& lot : own) {
    const int64_t part = TakeFrom(lots, lot, std::min(left, lot.amount));
    left -= part;
    (lot.activate_us == 0 ? entry.active_delta : entry.pending_delta) -= part;
    if (part > 0) entry.lots.push_back({lot.activate_us, lot.expire_us, part});
  }
  entry.active_delta -= left;
  const bool only_pending = undone.account == Account::kIssued &&
                            moment.policy.claw_back() == pb::CLAW_BACK_POLICY_ONLY_PENDING;
  if (only_pending && entry.active_delta < 0) return Insufficient(0);
  const auto floor = Floor(moment.policy, undone.account);
  const int64_t after = wallet.active + entry.active_delta;
  if (floor && entry.active_delta < 0 && after < *floor) {
    return Insufficient(std::max<int64_t>(0, wallet.active - *floor));
  }
  if (after < -kMaxBalance) return Overflow();
  for (const Lot& lot : TakeActive(lots, left)) entry.lots.push_back(lot);
  wallet.lots = std::move(lots);
  Book(wallet, undone.account, -wanted);
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status Unexpire(Wallet& wallet, const Moment& moment, const LedgerEntry& undone,
                      int64_t expire_us, std::vector<LedgerEntry>& out) {
  const int64_t amount = -undone.active_delta;
  LAUREL_CHECK(undone.account == Account::kExpired && amount > 0);
  LAUREL_RETURN_IF_ERROR(WithinReinstateWindow(moment, undone));
  if (WouldOverflow(wallet, amount)) return Overflow();
  LedgerEntry entry = ReversalOf(undone, moment.now_us);
  entry.expire_us = expire_us;
  Book(wallet, undone.account, amount);
  GiveLots(wallet, moment, std::move(entry), {{0, expire_us, amount}}, out);
  return absl::OkStatus();
}

}  // namespace laurel::members
