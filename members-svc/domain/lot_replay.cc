#include "members-svc/domain/lot_replay.h"

#include <algorithm>

namespace laurel::members {

void LotReplay::Put(Pool& pool, const Part& part) {
  if (part.amount == 0) return;
  pool[{part.expire_us, part.activate_us}][part.cohort] += part.amount;
}

bool LotReplay::Take(Pool& pool, const Lot& lot, int64_t first, Parts* out) {
  const auto found = pool.find({lot.expire_us, lot.activate_us});
  int64_t wanted = lot.amount;
  while (wanted > 0 && found != pool.end() && !found->second.empty()) {
    Pieces& pieces = found->second;
    const auto own = pieces.find(first);
    const auto piece = own != pieces.end() ? own : pieces.begin();
    const int64_t part = std::min(wanted, piece->second);
    out->push_back({lot.activate_us, lot.expire_us, piece->first, part});
    wanted -= part;
    piece->second -= part;
    if (piece->second == 0) pieces.erase(piece);
  }
  if (found != pool.end() && found->second.empty()) pool.erase(found);
  return wanted == 0;
}

bool LotReplay::TakeAll(Pool& pool, const Lots& lots, int64_t first, Parts* out) {
  bool there = true;
  for (const Lot& lot : lots) there = Take(pool, lot, first, out) && there;
  return there;
}

int64_t LotReplay::SumOfActive(const Pool& pool) {
  int64_t sum = 0;
  for (const auto& [dates, pieces] : pool) {
    if (dates.second != 0) continue;
    for (const auto& [cohort, amount] : pieces) sum += amount;
  }
  return sum;
}

int64_t LotReplay::CohortOfUndone(const LedgerEntry& entry) const {
  const auto found = cohorts_.find(entry.refunded_seq);
  return found == cohorts_.end() ? kNoCohort : found->second;
}

void LotReplay::Open(Parts parts, int64_t active_after, int64_t credited) {
  int64_t hole = std::clamp<int64_t>(credited - active_after, 0, credited);
  for (Part& part : parts) {
    const int64_t fills = std::min(hole, part.amount);
    part.activate_us = 0;
    part.amount -= fills;
    hole -= fills;
    Put(open_, part);
  }
}

void LotReplay::Earned(const LedgerEntry& entry) {
  const int64_t cohort = cohorts_[entry.seq] = cohort_of_(entry);
  if (entry.pending_delta > 0) {
    Put(open_, {entry.activate_us, entry.expire_us, cohort, entry.pending_delta});
    pending_[entry.seq] = {.activate_us = entry.activate_us, .expire_us = entry.expire_us};
  } else {
    Open({{0, entry.expire_us, cohort, entry.active_delta}}, entry.active_after,
         entry.active_delta);
  }
}

bool LotReplay::Activated(const LedgerEntry& entry) {
  Parts parts;
  bool there = true;
  for (const Lot& lot : entry.lots) {
    // By time, the lot keeps its expiry; by a command, its expiry clock starts.
    Lot from{.activate_us = entry.occur_us, .expire_us = lot.expire_us, .amount = lot.amount};
    if (entry.refunded_seq != 0) {
      from = pending_[entry.refunded_seq];
      from.amount = lot.amount;
    }
    Parts moved;
    there = Take(open_, from, CohortOfUndone(entry), &moved) && there;
    for (const Part& part : moved) parts.push_back({0, lot.expire_us, part.cohort, part.amount});
  }
  Open(std::move(parts), entry.active_after, entry.active_delta);
  return there;
}

bool LotReplay::GivenBack(const LedgerEntry& entry) {
  Parts parts;
  // A return gives a redemption back part by part.
  const auto taken = taken_.try_emplace(entry.refunded_seq).first;
  const bool there = TakeAll(taken->second, entry.lots, kNoCohort, &parts);
  if (taken->second.empty()) taken_.erase(taken);
  Parts active;
  int64_t from_lots = 0;
  for (const Part& part : parts) {
    if (part.activate_us != 0) {
      Put(open_, part);
    } else {
      active.push_back(part);
      from_lots += part.amount;
    }
  }
  const int64_t beyond = std::min(entry.active_delta - from_lots, entry.active_delta);
  Open(std::move(active), entry.active_after, entry.active_delta - beyond);
  // Overdraft that comes back after other credits have filled the hole does not expire.
  Put(open_, {.amount = std::max<int64_t>(0, entry.active_after - SumOfActive(open_))});
  return there;
}

bool LotReplay::Reinstated(const LedgerEntry& entry) {
  Pool& expired = expired_[entry.refunded_seq];
  Parts parts;
  int64_t found = 0;
  for (const auto& [dates, pieces] : expired) {
    for (const auto& [cohort, amount] : pieces) {
      parts.push_back({0, entry.expire_us, cohort, amount});
      found += amount;
    }
  }
  expired.clear();
  Open(std::move(parts), entry.active_after, entry.active_delta);
  return found == entry.active_delta;
}

bool LotReplay::Extended(const LedgerEntry& entry) {
  Parts parts;
  const bool there = TakeAll(open_, entry.lots, kNoCohort, &parts);
  for (const Part& part : parts) Put(open_, {0, entry.expire_us, part.cohort, part.amount});
  return there;
}

void LotReplay::Credited(const LedgerEntry& entry) {
  const int64_t cohort = cohorts_[entry.seq] = cohort_of_(entry);
  Parts parts;
  for (const Lot& lot : entry.lots) parts.push_back({0, lot.expire_us, cohort, lot.amount});
  Open(std::move(parts), entry.active_after, entry.active_delta);
}

bool LotReplay::Reversed(const LedgerEntry& entry) {
  if (entry.account == Account::kExpired) return Reinstated(entry);
  if (entry.active_delta + entry.pending_delta > 0) return GivenBack(entry);
  Parts parts;
  return TakeAll(open_, entry.lots, CohortOfUndone(entry), &parts);
}

bool LotReplay::Out(const LedgerEntry& entry, Pool& to) {
  Parts parts;
  const bool there = TakeAll(open_, entry.lots, CohortOfUndone(entry), &parts);
  for (const Part& part : parts) Put(to, part);
  return there;
}

bool LotReplay::Move(const LedgerEntry& entry) {
  Parts parts;
  bool there = true;
  switch (entry.kind) {
    case v1::ENTRY_KIND_ACCRUAL:
      Earned(entry);
      return true;
    case v1::ENTRY_KIND_ACTIVATION:
      return Activated(entry);
    case v1::ENTRY_KIND_REFUND:
      return GivenBack(entry);
    case v1::ENTRY_KIND_REINSTATEMENT:
      return Reinstated(entry);
    case v1::ENTRY_KIND_EXTENSION:
      return Extended(entry);
    case v1::ENTRY_KIND_REVERSAL:
      return Reversed(entry);
    case v1::ENTRY_KIND_TRANSFER_IN:
      Credited(entry);
      return true;
    case v1::ENTRY_KIND_ADJUSTMENT:
      if (entry.active_delta < 0) return Out(entry, taken_[entry.seq]);
      Credited(entry);
      return true;
    case v1::ENTRY_KIND_CANCELLATION:
      return TakeAll(open_, entry.lots, CohortOfUndone(entry), &parts);
    case v1::ENTRY_KIND_TRANSFER_OUT:
    case v1::ENTRY_KIND_CLAW_BACK:
    case v1::ENTRY_KIND_REDEMPTION:
      return Out(entry, taken_[entry.seq]);
    case v1::ENTRY_KIND_EXPIRY:
      return Out(entry, expired_[entry.seq]);
    case v1::ENTRY_KIND_RESERVE:
      return Out(entry, held_[entry.reservation_id]);
    case v1::ENTRY_KIND_CAPTURE:
      there = TakeAll(held_[entry.reservation_id], entry.lots, kNoCohort, &parts);
      for (const Part& part : parts) Put(taken_[entry.seq], part);
      return there;
    case v1::ENTRY_KIND_RELEASE:
      there = TakeAll(held_[entry.reservation_id], entry.lots, kNoCohort, &parts);
      Open(std::move(parts), entry.active_after, entry.active_delta);
      return there;
    default:
      known_ = false;
      return true;
  }
}

std::string LotReplay::Apply(const LedgerEntry& entry) {
  if (Move(entry) || !known_) return "";
  return "it takes lots that are not there";
}

Lots LotReplay::OpenLots() const {
  Lots out;
  for (const auto& [dates, pieces] : open_) {
    Lot lot{.activate_us = dates.second, .expire_us = dates.first};
    for (const auto& [cohort, amount] : pieces) lot.amount += amount;
    if (lot.amount > 0) out.push_back(lot);
  }
  return out;
}

std::map<int64_t, int64_t> LotReplay::Outstanding(int64_t outstanding) const {
  std::map<int64_t, int64_t> out;
  int64_t attributed = 0;
  const auto add = [&](const Pool& pool) {
    for (const auto& [dates, pieces] : pool) {
      for (const auto& [cohort, amount] : pieces) {
        out[cohort] += amount;
        attributed += amount;
      }
    }
  };
  add(open_);
  for (const auto& [reservation, pool] : held_) add(pool);
  if (attributed != outstanding) out[kNoCohort] += outstanding - attributed;
  std::erase_if(out, [](const auto& cohort) { return cohort.second == 0; });
  return out;
}

int64_t LotReplay::ExpiredOf(int64_t cohort) const {
  int64_t sum = 0;
  for (const auto& [seq, pool] : expired_) {
    for (const auto& [dates, pieces] : pool) {
      const auto piece = pieces.find(cohort);
      if (piece != pieces.end()) sum += piece->second;
    }
  }
  return sum;
}

}  // namespace laurel::members
