#include "members-svc/domain/verify.h"

#include <algorithm>

namespace laurel::members {
namespace {

constexpr char kMissing[] = "the entry is missing";

// The running side of a wallet, from its entries alone.
struct Running {
  int64_t seq = 0;
  int64_t active = 0;
  int64_t pending = 0;
  int64_t reserved = 0;
  int64_t last_us = 0;
  std::string hash;
};

// A reversal goes the other way than what its account is for.
std::string ReversalFault(Account account, int64_t sum) {
  switch (account) {
    case Account::kIssued:
      return sum >= 0 ? "the reversal of an accrual that takes nothing" : "";
    case Account::kRedeemed:
    case Account::kExpired:
    case Account::kReversed:
      return sum <= 0 ? "the reversal of a debit that gives nothing" : "";
    case Account::kAdjusted:
    case Account::kTransferred:
      return sum == 0 ? "a reversal that changes nothing" : "";
    default:
      return "a reversal without an account";
  }
}

// Whether the account is one that such a movement can have. `sum` is what it brings the wallet.
std::string AccountFault(const LedgerEntry& entry, int64_t sum) {
  using members::v1::ENTRY_KIND_EXTENSION;
  using members::v1::ENTRY_KIND_REINSTATEMENT;
  using members::v1::ENTRY_KIND_TRANSFER_IN;
  if (entry.kind == members::v1::ENTRY_KIND_REVERSAL) return ReversalFault(entry.account, sum);
  switch (entry.account) {
    case Account::kMember:
      if (entry.kind == ENTRY_KIND_EXTENSION &&
          (entry.active_delta != 0 || entry.pending_delta != 0 || entry.reserved_delta != 0)) {
        return "an extension that moves points";
      }
      return sum != 0 ? "it moves points without an account" : "";
    case Account::kIssued:
      return sum <= 0 ? "an accrual that gives nothing" : "";
    case Account::kRedeemed:
      return "";
    case Account::kExpired:
      if (entry.kind == ENTRY_KIND_REINSTATEMENT) {
        return sum <= 0 ? "a reinstatement that gives nothing" : "";
      }
      return sum >= 0 ? "an expiry that takes nothing" : "";
    case Account::kReversed:
      return sum >= 0 ? "a reversal that takes nothing" : "";
    case Account::kAdjusted:
      return sum == 0 ? "an adjustment that changes nothing" : "";
    case Account::kTransferred:
      return (entry.kind == ENTRY_KIND_TRANSFER_IN) != (sum > 0) ? "a transfer the wrong way" : "";
  }
  return "an account that there is not";
}

std::string EntryFault(const WalletId& id, const LedgerEntry& entry, const Running& before) {
  if (entry.seq <= before.seq) return "it is there twice";
  if (entry.create_us < before.last_us) return "it was recorded before the entry before it";
  if (entry.active_after != before.active + entry.active_delta) return "active does not add up";
  if (entry.pending_after != before.pending + entry.pending_delta) return "pending does not add up";
  if (entry.reserved_after != before.reserved + entry.reserved_delta) {
    return "reserved does not add up";
  }
  const int64_t sum = entry.active_delta + entry.pending_delta + entry.reserved_delta;
  std::string fault = AccountFault(entry, sum);
  if (!fault.empty()) return fault;
  if (ChainHash(before.hash, id, entry) != entry.hash) return "its hash does not fit";
  return "";
}

void AddTo(AccountSums& sums, const LedgerEntry& entry) {
  const int64_t sum = entry.active_delta + entry.pending_delta + entry.reserved_delta;
  if (entry.account == Account::kIssued) sums.issued += sum;
  if (entry.account == Account::kRedeemed) sums.redeemed -= sum;
  if (entry.account == Account::kExpired) sums.expired -= sum;
  if (entry.account == Account::kReversed) sums.reversed -= sum;
  if (entry.account == Account::kAdjusted) sums.adjusted += sum;
  if (entry.account == Account::kTransferred) sums.transferred += sum;
}

std::string HeadFault(const Wallet& head, const Running& end, const AccountSums& own,
                      int64_t open_reserved) {
  if (head.seq != end.seq) return "the head's seq is not that of the newest entry";
  if (head.hash != end.hash) return "the head's hash is not the newest entry's";
  if (head.active != end.active || head.pending != end.pending || head.reserved != end.reserved) {
    return "the head's balances are not the newest entry's";
  }
  if (head.last_us != end.last_us) return "the head's time is not the newest entry's";
  if (head.lifetime_earned != own.issued || head.lifetime_spent != own.redeemed ||
      head.lifetime_expired != own.expired || head.lifetime_reversed != own.reversed ||
      head.lifetime_adjusted != own.adjusted + own.transferred) {
    return "the head's lifetime sums are not those of the entries";
  }
  if (head.reserved != open_reserved) return "open reservations do not sum to reserved";
  return BrokenInvariant(head);
}

}  // namespace

std::vector<WalletFault> VerifyWallet(const WalletId& id, const Wallet& head,
                                      const std::vector<LedgerEntry>& entries,
                                      int64_t open_reserved, AccountSums& sums) {
  Running running;
  AccountSums own;
  for (const LedgerEntry& entry : entries) {
    if (entry.seq > running.seq + 1) return {{running.seq + 1, kMissing}};
    std::string fault = EntryFault(id, entry, running);
    if (!fault.empty()) return {{entry.seq, std::move(fault)}};
    AddTo(own, entry);
    running = {entry.seq,       entry.active_after, entry.pending_after, entry.reserved_after,
               entry.create_us, entry.hash};
  }
  sums.issued += own.issued;
  sums.redeemed += own.redeemed;
  sums.expired += own.expired;
  sums.reversed += own.reversed;
  sums.adjusted += own.adjusted;
  sums.transferred += own.transferred;
  // The head is that of an entry which is not there; otherwise its seq alone is wrong.
  if (head.seq > running.seq && head.hash != running.hash) return {{running.seq + 1, kMissing}};
  std::string fault = HeadFault(head, running, own, open_reserved);
  if (fault.empty()) return {};
  return {{0, std::move(fault)}};
}

}  // namespace laurel::members
