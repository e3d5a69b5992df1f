#include "members-svc/domain/corrections.h"

#include <algorithm>

#include "lib/base/check.h"
#include "lib/status/error.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/wallet_parts.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

absl::Status NotPending() {
  return status::Refused("NOT_PENDING", "These points are not pending, or no longer.");
}

int64_t Above(int64_t value) { return std::max<int64_t>(value, 0); }

// How much of a debit of `wanted` active points the below-zero policy lets through; negative: it
// refuses the debit.
int64_t Allowed(const Wallet& wallet, const pb::WalletType& policy, int64_t wanted) {
  switch (policy.below_zero()) {
    case pb::BELOW_ZERO_POLICY_CLAMP:
      return std::min(wanted, Above(wallet.active));
    case pb::BELOW_ZERO_POLICY_OVERDRAFT:
      return wallet.active - wanted >= -policy.overdraft_limit() ? wanted : -1;
    default:
      return wallet.active >= wanted ? wanted : -1;
  }
}

int64_t Available(const Wallet& wallet, const pb::WalletType& policy) {
  const bool overdraft = policy.below_zero() == pb::BELOW_ZERO_POLICY_OVERDRAFT;
  return Above(wallet.active + (overdraft ? policy.overdraft_limit() : 0));
}

// The active points that a claw-back takes of `wanted`; negative: it is refused.
int64_t ClawBackActive(const Wallet& wallet, const pb::WalletType& policy, int64_t wanted) {
  switch (policy.claw_back()) {
    case pb::CLAW_BACK_POLICY_ONLY_PENDING:
      return 0;
    case pb::CLAW_BACK_POLICY_WITHIN_BALANCE:
      return std::min(wanted, Above(wallet.active));
    case pb::CLAW_BACK_POLICY_UNLIMITED:
      return wanted;
    default:
      return Allowed(wallet, policy, wanted);
  }
}

// Whether the wallet holds all of a pending lot.
bool Holds(const Wallet& wallet, const Lot& lot) {
  return lot.activate_us != 0 && lot.amount > 0 &&
         std::any_of(wallet.lots.begin(), wallet.lots.end(), [&](const Lot& held) {
           return held.activate_us == lot.activate_us && held.expire_us == lot.expire_us &&
                  held.amount >= lot.amount;
         });
}

}  // namespace

absl::Status Adjust(Wallet& wallet, const Moment& moment, int64_t delta, int64_t expire_us,
                    std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(delta != 0);
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_ADJUSTMENT;
  entry.account = Account::kAdjusted;
  if (delta > 0) {
    if (WouldOverflow(wallet, delta) || delta > kMaxBalance - Above(wallet.lifetime_adjusted)) {
      return Overflow();
    }
    LAUREL_RETURN_IF_ERROR(CheckMaxBalance(wallet, moment.policy, delta));
    entry.expire_us = expire_us;
    wallet.lifetime_adjusted += delta;
    GiveLots(wallet, moment, std::move(entry), {{0, expire_us, delta}}, out);
    return absl::OkStatus();
  }
  const int64_t taken = Allowed(wallet, moment.policy, -delta);
  if (taken <= 0) return Insufficient(Available(wallet, moment.policy));
  entry.occur_us = moment.now_us;
  entry.active_delta = -taken;
  entry.lots = TakeActive(wallet.lots, taken);
  wallet.lifetime_adjusted -= taken;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status TransferOut(Wallet& wallet, const Moment& moment, int64_t amount,
                         std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(amount > 0);
  if (moment.policy.transfers() != pb::TRANSFER_POLICY_KEEP_EXPIRY &&
      moment.policy.transfers() != pb::TRANSFER_POLICY_RESTART_EXPIRY) {
    return status::Refused("TRANSFERS_NOT_ALLOWED",
                           "Points of this wallet type cannot be transferred.");
  }
  if (wallet.active < amount) return Insufficient(Above(wallet.active));
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_TRANSFER_OUT;
  entry.account = Account::kTransferred;
  entry.occur_us = moment.now_us;
  entry.active_delta = -amount;
  entry.lots = TakeActive(wallet.lots, amount);
  wallet.lifetime_adjusted -= amount;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status TransferIn(Wallet& wallet, const Moment& moment, const Lots& lots,
                        std::vector<LedgerEntry>& out) {
  const int64_t amount = SumOf(lots);
  LAUREL_CHECK(amount > 0);
  if (WouldOverflow(wallet, amount) || amount > kMaxBalance - Above(wallet.lifetime_adjusted)) {
    return Overflow();
  }
  LAUREL_RETURN_IF_ERROR(CheckMaxBalance(wallet, moment.policy, amount));
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_TRANSFER_IN;
  entry.account = Account::kTransferred;
  wallet.lifetime_adjusted += amount;
  GiveLots(wallet, moment, std::move(entry), lots, out);
  return absl::OkStatus();
}

absl::Status ClawBack(Wallet& wallet, const Moment& moment, const OwnLot& own,
                      std::vector<LedgerEntry>& out) {
  const int64_t wanted = own.lot.amount;
  LAUREL_CHECK(wanted > 0);
  Lots lots = wallet.lots;
  const int64_t pending = own.lot.activate_us == 0 ? 0 : TakeFrom(lots, own.lot, wanted);
  const int64_t active = ClawBackActive(wallet, moment.policy, wanted - pending);
  if (active < 0) return Insufficient(Available(wallet, moment.policy));
  if (pending + active == 0) {
    return status::Refused("NOTHING_TO_CLAW_BACK",
                           "There is nothing left that the policy lets be taken.");
  }
  if (wallet.active - active < -kMaxBalance) return Overflow();
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_CLAW_BACK;
  entry.account = Account::kReversed;
  entry.occur_us = moment.now_us;
  entry.pending_delta = -pending;
  entry.active_delta = -active;
  entry.refunded_seq = own.accrual_seq;
  if (pending > 0) entry.lots.push_back({own.lot.activate_us, own.lot.expire_us, pending});
  const Lot active_dates{0, own.lot.expire_us, 0};
  const int64_t own_active = own.lot.activate_us == 0 ? TakeFrom(lots, active_dates, active) : 0;
  if (own_active > 0) entry.lots.push_back({0, own.lot.expire_us, own_active});
  for (const Lot& lot : TakeActive(lots, active - own_active)) entry.lots.push_back(lot);
  wallet.lots = std::move(lots);
  wallet.lifetime_reversed += pending + active;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

int64_t Takeable(const Wallet& wallet, const pb::WalletType& policy, const OwnLot& own) {
  Lots lots = wallet.lots;
  const int64_t pending = own.lot.activate_us == 0 ? 0 : TakeFrom(lots, own.lot, own.lot.amount);
  const int64_t wanted = own.lot.amount - pending;
  const int64_t active = ClawBackActive(wallet, policy, wanted);
  return pending + (active >= 0 ? active : std::min(wanted, Available(wallet, policy)));
}

int64_t SpentBy(const LedgerEntry& spend) { return -spend.active_delta - spend.reserved_delta; }

Lots LotsOfRefund(const LedgerEntry& spend, int64_t before, int64_t amount) {
  const int64_t beyond_lots = SpentBy(spend) - SumOf(spend.lots);
  LAUREL_CHECK(before >= 0 && amount > 0 && before + amount <= SpentBy(spend));
  // In the lots, one behind the other: from `from` on, so much.
  int64_t from = Above(before - beyond_lots);
  int64_t left = amount - std::min(amount, Above(beyond_lots - before));
  Lots out;
  for (const Lot& lot : spend.lots) {
    const int64_t skipped = std::min(from, lot.amount);
    from -= skipped;
    const int64_t part = std::min(left, lot.amount - skipped);
    left -= part;
    if (part > 0) out.push_back({lot.activate_us, lot.expire_us, part});
  }
  return out;
}

absl::Status Activate(Wallet& wallet, const Moment& moment, const OwnLot& own, int64_t expire_us,
                      std::vector<LedgerEntry>& out) {
  if (!Holds(wallet, own.lot)) return NotPending();
  TakeFrom(wallet.lots, own.lot, own.lot.amount);
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_ACTIVATION;
  entry.expire_us = expire_us;
  entry.refunded_seq = own.accrual_seq;
  entry.pending_delta = -own.lot.amount;
  GiveLots(wallet, moment, std::move(entry), {{0, expire_us, own.lot.amount}}, out);
  return absl::OkStatus();
}

absl::Status Cancel(Wallet& wallet, const Moment& moment, const OwnLot& own,
                    std::vector<LedgerEntry>& out) {
  if (!Holds(wallet, own.lot)) return NotPending();
  TakeFrom(wallet.lots, own.lot, own.lot.amount);
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_CANCELLATION;
  entry.account = Account::kReversed;
  entry.occur_us = moment.now_us;
  entry.pending_delta = -own.lot.amount;
  entry.refunded_seq = own.accrual_seq;
  entry.lots = {own.lot};
  wallet.lifetime_reversed += own.lot.amount;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status Expire(Wallet& wallet, const Moment& moment, int64_t amount,
                    std::vector<LedgerEntry>& out) {
  const int64_t taken = amount == 0 ? Above(wallet.active) : amount;
  if (taken == 0 || taken > wallet.active) return Insufficient(Above(wallet.active));
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_EXPIRY;
  entry.account = Account::kExpired;
  entry.occur_us = moment.now_us;
  entry.active_delta = -taken;
  entry.lots = TakeActive(wallet.lots, taken);
  wallet.lifetime_expired += taken;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status Reinstate(Wallet& wallet, const Moment& moment, const LedgerEntry& expiry,
                       int64_t expire_us, std::vector<LedgerEntry>& out) {
  const int64_t amount = -expiry.active_delta;
  LAUREL_CHECK(expiry.kind == pb::ENTRY_KIND_EXPIRY && amount > 0);
  LAUREL_RETURN_IF_ERROR(WithinReinstateWindow(moment, expiry));
  if (WouldOverflow(wallet, amount)) return Overflow();
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_REINSTATEMENT;
  entry.account = Account::kExpired;
  entry.expire_us = expire_us;
  entry.refunded_seq = expiry.seq;
  wallet.lifetime_expired -= amount;
  GiveLots(wallet, moment, std::move(entry), {{0, expire_us, amount}}, out);
  return absl::OkStatus();
}

}  // namespace laurel::members
