#include "members-svc/domain/schedule.h"

namespace laurel::members {

std::vector<Coming> ScheduleOf(const Wallet& wallet) {
  // The wallet's own rules say what will be written: settled to the end of time.
  Wallet future = wallet;
  std::vector<LedgerEntry> entries;
  Settle(future, kNeverUs - 1, entries);
  std::vector<Coming> out;
  for (const LedgerEntry& entry : entries) {
    if (out.empty() || out.back().at_us != entry.occur_us) out.push_back({.at_us = entry.occur_us});
    if (entry.account == Account::kMember) {
      out.back().activating -= entry.pending_delta;
    } else if (entry.account == Account::kReversed) {
      out.back().cancelled -= entry.pending_delta;
    } else {
      out.back().expiring -= entry.active_delta;
    }
  }
  const int64_t stays = future.active + future.pending;
  if (stays != 0) out.push_back({.at_us = kNeverUs, .expiring = stays});
  return out;
}

}  // namespace laurel::members
