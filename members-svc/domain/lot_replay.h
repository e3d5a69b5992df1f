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
inline constexpr int kNoCohort = std::numeric_limits<int>::min();

class LotReplay {
 public:
  // Which cohort points belong to that were earned at a time (microseconds).
  using CohortOf = std::function<int(int64_t occur_us)>;
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
  std::map<int, int64_t> Outstanding(int64_t outstanding) const;

 private:
  struct Piece {
    int cohort;
    int64_t amount;
  };
  // A part of a lot that moves.
  struct Part {
    int64_t expire_us;
    Piece piece;
  };
  using Parts = std::vector<Part>;
  using Pieces = std::map<int, int64_t>;                       // cohort → amount
  using Pool = std::map<std::pair<int64_t, int64_t>, Pieces>;  // (expiry, activation)

  static void Put(Pool& pool, int64_t activate_us, const Part& part);
  // False: not that much is there.
  static bool Take(Pool& pool, int64_t activate_us, const Lot& lot, Parts* out);
  static bool TakeAll(Pool& pool, const Lots& lots, Parts* out);
  // As OpenLots in wallet.cc: what fills a hole below zero is no lot.
  void Open(Parts parts, int64_t active_after, int64_t credited);
  void Earned(const LedgerEntry& entry);
  bool Activated(const LedgerEntry& entry);
  bool Refunded(const LedgerEntry& entry);
  bool Reinstated(const LedgerEntry& entry);
  bool Extended(const LedgerEntry& entry);
  // Points from outside in the lots that the entry names, as earned then.
  void Credited(const LedgerEntry& entry);
  bool Move(const LedgerEntry& entry);

  const CohortOf cohort_of_;
  bool known_ = true;
  Pool open_;
  absl::flat_hash_map<base::Uuid, Pool> held_;  // per reservation
  absl::flat_hash_map<int64_t, Pool> taken_;    // by redemptions and expiries, by their seq
  absl::flat_hash_map<int64_t, Lot> pending_;   // dates of the lot of an accrual, by its seq
};

}  // namespace laurel::members
