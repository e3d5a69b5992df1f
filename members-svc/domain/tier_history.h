// From what is recorded to the amounts that tiers count: pure. What was returned, taken back or
// cancelled is taken off the amount that it belongs to, whenever that happened, so that what is
// wholly undone counts as if it had never been.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "laurel/members/v1/tier_set.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "members-svc/domain/tier.h"

namespace laurel::members {

// An entry of a wallet: an accrual, claw-back, cancellation or reversal.
struct EarningEntry {
  int64_t seq = 0;
  members::v1::EntryKind kind = members::v1::ENTRY_KIND_UNSPECIFIED;
  int64_t occur_us = 0;
  int64_t delta = 0;         // active and pending together
  int64_t activate_us = 0;   // of an accrual's lot, as in Lot
  int64_t refunded_seq = 0;  // the entry that it takes back, cancels or undoes; 0: none is named
};
// What a returned order had earned and could not be taken back, because it had expired or by the
// wallet type's policy: it was not earned either.
struct NotTaken {
  int64_t accrual_seq = 0;
  int64_t points = 0;
};
// `entries`: all of these kinds, by seq.
std::vector<TierAmount> EarnedAmounts(const std::vector<EarningEntry>& entries,
                                      const std::vector<NotTaken>& not_taken = {});

// An order and what is left of it.
struct BoughtOrder {
  int64_t occur_us = 0;
  int64_t left_minor_units = 0;
  bool anything_left = true;
  std::string store;
};
// For SPEND, ORDERS and VISITS.
std::vector<TierAmount> BoughtAmounts(members::v1::TierMetric metric,
                                      const std::vector<BoughtOrder>& orders, absl::TimeZone zone);

}  // namespace laurel::members
