#include "members-svc/domain/wallet.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "lib/base/big_endian.h"
#include "lib/base/check.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/wallet_parts.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

constexpr int64_t kLongestSpanDays = 4096;

bool Before(const Lot& a, const Lot& b) {
  if (a.expire_us != b.expire_us) return a.expire_us < b.expire_us;
  return a.activate_us < b.activate_us;
}

void ActivateLot(Wallet& wallet, const Lot& lot, int64_t now_us, std::vector<LedgerEntry>& out) {
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_ACTIVATION;
  entry.occur_us = lot.activate_us;
  entry.active_delta = lot.amount;
  entry.pending_delta = -lot.amount;
  entry.lots = {{0, lot.expire_us, lot.amount}};
  Append(wallet, now_us, std::move(entry), out);
  OpenLots(wallet, {{0, lot.expire_us, lot.amount}}, lot.amount);
}

void CancelLot(Wallet& wallet, const Lot& lot, int64_t now_us, std::vector<LedgerEntry>& out) {
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_CANCELLATION;
  entry.account = Account::kReversed;
  entry.occur_us = -lot.activate_us;
  entry.pending_delta = -lot.amount;
  entry.lots = {lot};
  wallet.lifetime_reversed += lot.amount;
  Append(wallet, now_us, std::move(entry), out);
}

void ExpireLot(Wallet& wallet, const Lot& lot, int64_t now_us, std::vector<LedgerEntry>& out) {
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_EXPIRY;
  entry.account = Account::kExpired;
  entry.occur_us = lot.expire_us;
  entry.active_delta = -lot.amount;
  entry.lots = {lot};
  wallet.lifetime_expired += lot.amount;
  Append(wallet, now_us, std::move(entry), out);
}

// A pending lot activates, or is cancelled, before it can expire.
int64_t DueUs(const Lot& lot) {
  return lot.activate_us != 0 ? std::abs(lot.activate_us) : lot.expire_us;
}

// The `lots` of the wallet end where they are pushed to; none: nothing.
void ExtendLots(Wallet& wallet, const Moment& moment, Lots lots, const Push& push,
                std::vector<LedgerEntry>& out) {
  if (lots.empty()) return;
  for (const Lot& lot : lots) TakeFrom(wallet.lots, lot, lot.amount);
  AddLot(wallet.lots, {0, push.expire_us, SumOf(lots)});
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_EXTENSION;
  entry.occur_us = push.occur_us;
  entry.expire_us = push.expire_us;
  entry.order_id = push.order_id;
  entry.refunded_seq = push.cause_seq;
  entry.lots = std::move(lots);
  Append(wallet, moment.now_us, std::move(entry), out);
}

int64_t GetBig(std::string_view bytes, size_t at) {
  uint64_t bits = 0;
  for (size_t i = 0; i < 8; ++i) bits = (bits << 8) | static_cast<uint8_t>(bytes[at + i]);
  return static_cast<int64_t>(bits);
}

}  // namespace

void AddLot(Lots& lots, const Lot& lot) {
  if (lot.amount == 0) return;
  const auto at = std::lower_bound(lots.begin(), lots.end(), lot, Before);
  if (at != lots.end() && !Before(lot, *at)) {
    at->amount += lot.amount;
  } else {
    lots.insert(at, lot);
  }
}

Lots TakeActive(Lots& lots, int64_t amount) {
  Lots taken;
  for (Lot& lot : lots) {
    if (amount == 0) break;
    if (lot.activate_us != 0) continue;
    const int64_t part = std::min(amount, lot.amount);
    taken.push_back({0, lot.expire_us, part});
    lot.amount -= part;
    amount -= part;
  }
  std::erase_if(lots, [](const Lot& lot) { return lot.amount == 0; });
  return taken;
}

int64_t TakeFrom(Lots& lots, const Lot& dates, int64_t amount) {
  for (auto lot = lots.begin(); lot != lots.end(); ++lot) {
    if (lot->activate_us != dates.activate_us || lot->expire_us != dates.expire_us) continue;
    const int64_t part = std::min(amount, lot->amount);
    lot->amount -= part;
    if (lot->amount == 0) lots.erase(lot);
    return part;
  }
  return 0;
}

void GiveLots(Wallet& wallet, const Moment& moment, LedgerEntry entry, const Lots& lots,
              std::vector<LedgerEntry>& out) {
  const int64_t amount = SumOf(lots);
  entry.occur_us = moment.now_us;
  entry.active_delta = amount;
  entry.lots = lots;
  Append(wallet, moment.now_us, std::move(entry), out);
  OpenLots(wallet, lots, amount);
  Settle(wallet, moment.now_us, out);
}

bool WouldOverflow(const Wallet& wallet, int64_t amount) {
  return amount >
         kMaxBalance - std::max<int64_t>(wallet.active, 0) - wallet.pending - wallet.reserved;
}

absl::Status WithinReinstateWindow(const Moment& moment, const LedgerEntry& expiry) {
  if (expiry.occur_us + moment.policy.reinstate_days() * kDayUs > moment.now_us) {
    return absl::OkStatus();
  }
  return status::Refused("REINSTATE_WINDOW_PASSED", "These points expired too long ago.");
}

absl::Status Overflow() {
  return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                       "The balance would leave the range that can be counted.");
}

absl::Status Insufficient(int64_t available) {
  return status::Refused("INSUFFICIENT_POINTS", "There are not enough points.",
                         {{"available", std::to_string(available)}});
}

LedgerEntry& Append(Wallet& wallet, int64_t now_us, LedgerEntry entry,
                    std::vector<LedgerEntry>& out) {
  wallet.active += entry.active_delta;
  wallet.pending += entry.pending_delta;
  wallet.reserved += entry.reserved_delta;
  entry.seq = ++wallet.seq;
  entry.create_us = std::max(now_us, wallet.last_us);
  wallet.last_us = entry.create_us;
  entry.active_after = wallet.active;
  entry.pending_after = wallet.pending;
  entry.reserved_after = wallet.reserved;
  out.push_back(std::move(entry));
  return out.back();
}

void OpenLots(Wallet& wallet, Lots lots, int64_t credited) {
  int64_t hole = std::clamp<int64_t>(-(wallet.active - credited), 0, credited);
  for (Lot& lot : lots) {
    const int64_t part = std::min(hole, lot.amount);
    lot.amount -= part;
    hole -= part;
    AddLot(wallet.lots, lot);
  }
}

void ReturnLots(Wallet& wallet, const Lots& lots, int64_t amount) {
  const int64_t beyond_lots = amount - SumOf(lots);
  OpenLots(wallet, lots, amount - std::min(beyond_lots, amount));
  const int64_t open = SumOf(wallet.lots) - wallet.pending;
  LAUREL_CHECK(open <= std::max<int64_t>(wallet.active, 0));
  if (open < wallet.active) AddLot(wallet.lots, {0, kNeverUs, wallet.active - open});
}

int64_t SumOf(const Lots& lots) {
  int64_t sum = 0;
  for (const Lot& lot : lots) sum += lot.amount;
  return sum;
}

std::string PackLots(const Lots& lots) {
  std::string out;
  out.reserve(lots.size() * 24);
  for (const Lot& lot : lots) {
    base::AppendBigEndian<int64_t>(lot.activate_us, &out);
    base::AppendBigEndian<int64_t>(lot.expire_us, &out);
    base::AppendBigEndian<int64_t>(lot.amount, &out);
  }
  return out;
}

absl::StatusOr<Lots> UnpackLots(std::string_view packed) {
  if (packed.size() % 24 != 0) return absl::InternalError("packed lots of a wrong length");
  Lots lots;
  lots.reserve(packed.size() / 24);
  for (size_t at = 0; at < packed.size(); at += 24) {
    lots.push_back({GetBig(packed, at), GetBig(packed, at + 8), GetBig(packed, at + 16)});
  }
  return lots;
}

int64_t NextDueUs(const Lots& lots) {
  int64_t due_us = kNeverUs;
  for (const Lot& lot : lots) due_us = std::min(due_us, DueUs(lot));
  return due_us;
}

void Settle(Wallet& wallet, int64_t now_us, std::vector<LedgerEntry>& out) {
  for (;;) {
    // The earliest thing due: a pending lot activates before it can expire.
    auto due = wallet.lots.end();
    int64_t due_us = kNeverUs;
    for (auto lot = wallet.lots.begin(); lot != wallet.lots.end(); ++lot) {
      const int64_t at = DueUs(*lot);
      if (at <= now_us && at < due_us) {
        due = lot;
        due_us = at;
      }
    }
    if (due == wallet.lots.end()) return;
    const Lot lot = *due;
    wallet.lots.erase(due);
    if (lot.activate_us > 0) {
      ActivateLot(wallet, lot, now_us, out);
    } else if (lot.activate_us < 0) {
      CancelLot(wallet, lot, now_us, out);
    } else {
      ExpireLot(wallet, lot, now_us, out);
    }
  }
}

absl::Status Earn(Wallet& wallet, const Moment& moment, const Credit& credit,
                  std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(credit.amount > 0);
  if (credit.amount >
          kMaxBalance - std::max<int64_t>(wallet.active, 0) - wallet.pending - wallet.reserved ||
      credit.amount > kMaxBalance - wallet.lifetime_earned) {
    return Overflow();
  }
  const bool pending = credit.activate_us > moment.now_us || credit.activate_us < 0;
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_ACCRUAL;
  entry.account = Account::kIssued;
  entry.occur_us = credit.occur_us;
  entry.activate_us = credit.activate_us;
  entry.expire_us = credit.expire_us;
  (pending ? entry.pending_delta : entry.active_delta) = credit.amount;
  wallet.lifetime_earned += credit.amount;
  Append(wallet, moment.now_us, std::move(entry), out);
  if (pending) {
    AddLot(wallet.lots, {credit.activate_us, credit.expire_us, credit.amount});
  } else {
    OpenLots(wallet, {{0, credit.expire_us, credit.amount}}, credit.amount);
  }
  Settle(wallet, moment.now_us, out);  // history may be recorded after its points have expired
  return absl::OkStatus();
}

absl::Status Spend(Wallet& wallet, const Moment& moment, int64_t amount, int64_t occur_us,
                   std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(amount > 0);
  const int64_t floor = moment.policy.below_zero() == pb::BELOW_ZERO_POLICY_OVERDRAFT
                            ? -moment.policy.overdraft_limit()
                            : 0;
  if (wallet.active - amount < floor) {
    return Insufficient(std::max<int64_t>(0, wallet.active - floor));
  }
  if (amount > kMaxBalance - wallet.lifetime_spent) return Overflow();
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_REDEMPTION;
  entry.account = Account::kRedeemed;
  entry.occur_us = occur_us;
  entry.active_delta = -amount;
  entry.lots = TakeActive(wallet.lots, amount);
  wallet.lifetime_spent += amount;
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status Refund(Wallet& wallet, const Moment& moment, const Lots& lots, int64_t amount,
                    int64_t refunded_seq, std::vector<LedgerEntry>& out) {
  if (amount > kMaxBalance - std::max<int64_t>(wallet.active, 0)) return Overflow();
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_REFUND;
  entry.account = Account::kRedeemed;
  entry.occur_us = moment.now_us;
  entry.active_delta = amount;
  entry.refunded_seq = refunded_seq;
  entry.lots = lots;
  wallet.lifetime_spent -= amount;
  Append(wallet, moment.now_us, std::move(entry), out);
  ReturnLots(wallet, lots, amount);
  Settle(wallet, moment.now_us, out);
  return absl::OkStatus();
}

absl::Status Reserve(Wallet& wallet, const Moment& moment, int64_t amount,
                     std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(amount > 0);
  if (wallet.active < amount) return Insufficient(std::max<int64_t>(0, wallet.active));
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_RESERVE;
  entry.occur_us = moment.now_us;
  entry.active_delta = -amount;
  entry.reserved_delta = amount;
  entry.lots = TakeActive(wallet.lots, amount);
  Append(wallet, moment.now_us, std::move(entry), out);
  return absl::OkStatus();
}

absl::Status Capture(Wallet& wallet, const Moment& moment, const Lots& lots, int64_t captured,
                     std::vector<LedgerEntry>& out) {
  LAUREL_CHECK(captured > 0 && captured <= SumOf(lots) && captured <= wallet.reserved);
  if (captured > kMaxBalance - wallet.lifetime_spent) return Overflow();
  Lots rest = lots;
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_CAPTURE;
  entry.account = Account::kRedeemed;
  entry.occur_us = moment.now_us;
  entry.reserved_delta = -captured;
  entry.lots = TakeActive(rest, captured);
  wallet.lifetime_spent += captured;
  Append(wallet, moment.now_us, std::move(entry), out);
  if (!rest.empty()) return Release(wallet, moment, rest, out);
  return absl::OkStatus();
}

absl::Status Release(Wallet& wallet, const Moment& moment, const Lots& lots,
                     std::vector<LedgerEntry>& out) {
  const int64_t amount = SumOf(lots);
  LAUREL_CHECK(amount <= wallet.reserved);
  LedgerEntry entry;
  entry.kind = pb::ENTRY_KIND_RELEASE;
  entry.occur_us = moment.now_us;
  entry.active_delta = amount;
  entry.reserved_delta = -amount;
  entry.lots = lots;
  Append(wallet, moment.now_us, std::move(entry), out);
  OpenLots(wallet, lots, amount);
  Settle(wallet, moment.now_us, out);
  return absl::OkStatus();
}

void Extend(Wallet& wallet, const Moment& moment, const Push& push, std::vector<LedgerEntry>& out) {
  Lots sliding;
  for (const Lot& lot : wallet.lots) {
    if (lot.activate_us == 0 && lot.expire_us < push.expire_us && !KeepsDate(lot.expire_us)) {
      sliding.push_back(lot);
    }
  }
  ExtendLots(wallet, moment, std::move(sliding), push, out);
}

void JoinLots(Wallet& wallet, const Moment& moment, std::vector<LedgerEntry>& out) {
  const int policy = moment.policy.max_open_lots();
  const auto most = static_cast<size_t>(policy == 0 ? kDefaultOpenLots : policy);
  if (wallet.lots.size() <= most) return;
  Lots joinable;
  for (const Lot& lot : wallet.lots) {
    const bool joins =
        lot.activate_us == 0 && lot.expire_us != kNeverUs && !KeepsDate(lot.expire_us);
    if (joins) joinable.push_back(lot);
  }
  if (joinable.size() <= most) return;
  // Spans of days that hold one another as they double: joined again and again, a lot never leaves
  // the span of its first date.
  std::map<int64_t, Lots> spans;
  for (int64_t days = 2; days <= kLongestSpanDays; days *= 2) {
    spans.clear();
    for (const Lot& lot : joinable) spans[lot.expire_us / (days * kDayUs)].push_back(lot);
    if (spans.size() <= std::max<size_t>(most * 3 / 4, 1)) break;
  }
  for (auto& [span, lots] : spans) {
    const Push push{.expire_us = lots.back().expire_us, .occur_us = moment.now_us};
    lots.pop_back();
    ExtendLots(wallet, moment, std::move(lots), push, out);
  }
}

std::string BrokenInvariant(const Wallet& wallet) {
  int64_t active_lots = 0;
  int64_t pending_lots = 0;
  for (size_t i = 0; i < wallet.lots.size(); ++i) {
    const Lot& lot = wallet.lots[i];
    if (lot.amount <= 0) return "a lot without points";
    if (i > 0 && !Before(wallet.lots[i - 1], lot)) return "lots out of order";
    (lot.activate_us == 0 ? active_lots : pending_lots) += lot.amount;
  }
  if (active_lots != std::max<int64_t>(wallet.active, 0)) return "active lots do not sum to active";
  if (pending_lots != wallet.pending) return "pending lots do not sum to pending";
  if (wallet.reserved < 0) return "reserved below zero";
  if (wallet.active + wallet.pending + wallet.reserved !=
      wallet.lifetime_earned - wallet.lifetime_spent - wallet.lifetime_expired -
          wallet.lifetime_reversed + wallet.lifetime_adjusted) {
    return "balances do not sum to earned and adjusted less spent, expired and reversed";
  }
  return "";
}

}  // namespace laurel::members
