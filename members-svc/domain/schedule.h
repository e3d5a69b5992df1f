// What is to come in a wallet if nothing else happens to it: pure.
#pragma once

#include <vector>

#include "members-svc/domain/wallet.h"

namespace laurel::members {

struct Coming {
  int64_t at_us = kNeverUs;  // kNeverUs: what stays for ever, the last row
  int64_t activating = 0;
  int64_t expiring = 0;
  int64_t cancelled = 0;  // pending points whose event has not come
};

// The activations and expiries of a settled wallet, by instant, and what is left after all of them.
// Activating and cancelled amounts sum to pending; expiring and cancelled ones, with what is left,
// to active + pending: below zero, what becomes active fills the hole first, as it will.
std::vector<Coming> ScheduleOf(const Wallet& wallet);

}  // namespace laurel::members
