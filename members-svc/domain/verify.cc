#include "members-svc/domain/verify.h"

#include <algorithm>

namespace laurel::members {
namespace {

// The running side of a wallet, from its entries alone.
struct Running {
  int64_t seq = 0;
  int64_t active = 0;
  int64_t pending = 0;
  int64_t reserved = 0;
  int64_t last_us = 0;
  std::string hash;
};

std::string EntryFault(const WalletId& id, const LedgerEntry& entry, const Running& before) {
  if (entry.seq != before.seq + 1) return "an entry is missing before this one";
  if (entry.create_us < before.last_us) return "it was recorded before the entry before it";
  if (entry.active_after != before.active + entry.active_delta) return "active does not add up";
  if (entry.pending_after != before.pending + entry.pending_delta) return "pending does not add up";
  if (entry.reserved_after != before.reserved + entry.reserved_delta) {
    return "reserved does not add up";
  }
  const int64_t sum = entry.active_delta + entry.pending_delta + entry.reserved_delta;
  if (entry.account == Account::kMember && sum != 0) return "it moves points without an account";
  if (entry.account == Account::kIssued && sum <= 0) return "an accrual that gives nothing";
  if (entry.account == Account::kExpired && sum >= 0) return "an expiry that takes nothing";
  if (ChainHash(before.hash, id, entry) != entry.hash) return "its hash does not fit";
  return "";
}

void AddTo(AccountSums& sums, const LedgerEntry& entry) {
  const int64_t sum = entry.active_delta + entry.pending_delta + entry.reserved_delta;
  if (entry.account == Account::kIssued) sums.issued += sum;
  if (entry.account == Account::kRedeemed) sums.redeemed -= sum;
  if (entry.account == Account::kExpired) sums.expired -= sum;
}

std::string HeadFault(const Wallet& head, const Running& end, const AccountSums& own,
                      int64_t open_reserved) {
  if (head.seq != end.seq) return "the head's seq is not the newest entry's";
  if (head.hash != end.hash) return "the head's hash is not the newest entry's";
  if (head.active != end.active || head.pending != end.pending || head.reserved != end.reserved) {
    return "the head's balances are not the newest entry's";
  }
  if (head.last_us != end.last_us) return "the head's time is not the newest entry's";
  if (head.lifetime_earned != own.issued || head.lifetime_spent != own.redeemed ||
      head.lifetime_expired != own.expired) {
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
    std::string fault = EntryFault(id, entry, running);
    if (!fault.empty()) return {{entry.seq, std::move(fault)}};
    AddTo(own, entry);
    running = {entry.seq,       entry.active_after, entry.pending_after, entry.reserved_after,
               entry.create_us, entry.hash};
  }
  sums.issued += own.issued;
  sums.redeemed += own.redeemed;
  sums.expired += own.expired;
  std::string fault = HeadFault(head, running, own, open_reserved);
  if (fault.empty()) return {};
  return {{0, std::move(fault)}};
}

}  // namespace laurel::members
