// The lots of a wallet from its entries alone, and in which month what is left of them was earned:
// pure. Each entry says which lots it took or filled; within a lot the earliest earned points go
// first. An independent source for the head's lots, and the definition of liability by cohort.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// The cohort of what was never earned: overdraft, and what cannot be attributed.
inline constexpr int64_t kNoCohort = std::numeric_limits<int64_t>::min();

class LotReplay {
 public:
  // Which cohort the points belong to that an entry brought into the wallet: the month of its
  // occur_us, its seq …; smaller is earlier.
  using CohortOf = std::function<int64_t(const LedgerEntry& credit)>;
  explicit LotReplay(CohortOf cohort_of) : cohort_of_(std::move(cohort_of)) {}

  // Entries of one wallet, all of them, by seq. What does not hold; empty: all does. After an entry
  // of a kind that it does not know, lots are no longer checked (see `known`).
  std::string Apply(const LedgerEntry& entry);

  // Whether every entry was of a known kind: only then lots() is the wallet's.
  bool known() const { return known_; }
  // The open lots, sorted as in a head.
  Lots OpenLots() const;
  // What is left by cohort, reserved points included; sums to `outstanding` (active + pending +
  // reserved of the head). A balance below zero stands under kNoCohort.
  std::map<int64_t, int64_t> Outstanding(int64_t outstanding) const;
  // How much of a cohort has expired and has not been given back.
  int64_t ExpiredOf(int64_t cohort) const;

 private:
  // A part of a lot that moves.
  struct Part {
    int64_t activate_us = 0;
    int64_t expire_us = kNeverUs;
    int64_t cohort = kNoCohort;
    int64_t amount = 0;
  };
  using Parts = std::vector<Part>;
  using Pieces = std::map<int64_t, int64_t>;                   // cohort → amount
  using Pool = std::map<std::pair<int64_t, int64_t>, Pieces>;  // (expiry, activation)

  static void Put(Pool& pool, const Part& part);
  // Takes `lot` out of the pool: of the cohort `first`, then of the earliest. False: not that much
  // is there.
  static bool Take(Pool& pool, const Lot& lot, int64_t first, Parts* out);
  static bool TakeAll(Pool& pool, const Lots& lots, int64_t first, Parts* out);
  static int64_t SumOfActive(const Pool& pool);
  // The cohort of the entry that this one is about.
  int64_t CohortOfUndone(const LedgerEntry& entry) const;
  // As OpenLots in wallet.cc: what fills a hole below zero is no lot.
  void Open(Parts parts, int64_t active_after, int64_t credited);
  void Earned(const LedgerEntry& entry);
  bool Activated(const LedgerEntry& entry);
  // What an earlier debit took, back to the same lots.
  bool GivenBack(const LedgerEntry& entry);
  bool Reinstated(const LedgerEntry& entry);
  bool Extended(const LedgerEntry& entry);
  // Points from outside in the lots that the entry names, as earned then.
  void Credited(const LedgerEntry& entry);
  bool Reversed(const LedgerEntry& entry);
  // Out of the open lots, and kept in `to`.
  bool Out(const LedgerEntry& entry, Pool& to);
  bool Move(const LedgerEntry& entry);

  const CohortOf cohort_of_;
  bool known_ = true;
  Pool open_;
  absl::flat_hash_map<base::Uuid, Pool> held_;     // per reservation
  absl::flat_hash_map<int64_t, Pool> taken_;       // by debits, by their seq
  absl::flat_hash_map<int64_t, Pool> expired_;     // by expiries, by their seq
  absl::flat_hash_map<int64_t, Lot> pending_;      // dates of the lot of an accrual, by its seq
  absl::flat_hash_map<int64_t, int64_t> cohorts_;  // of what entries brought, by their seq
};

}  // namespace laurel::members
