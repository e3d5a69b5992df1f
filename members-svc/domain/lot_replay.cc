#include "members-svc/domain/lot_replay.h"

#include <algorithm>

namespace laurel::members {

void LotReplay::Put(Pool& pool, int64_t activate_us, const Part& part) {
  if (part.piece.amount == 0) return;
  pool[{part.expire_us, activate_us}][part.piece.cohort] += part.piece.amount;
}

bool LotReplay::Take(Pool& pool, int64_t activate_us, const Lot& lot, Parts* out) {
  const auto found = pool.find({lot.expire_us, activate_us});
  int64_t wanted = lot.amount;
  while (wanted > 0 && found != pool.end() && !found->second.empty()) {
    const auto earliest = found->second.begin();
    const int64_t part = std::min(wanted, earliest->second);
    out->push_back({lot.expire_us, {earliest->first, part}});
    wanted -= part;
    earliest->second -= part;
    if (earliest->second == 0) found->second.erase(earliest);
  }
  if (found != pool.end() && found->second.empty()) pool.erase(found);
  return wanted == 0;
}

bool LotReplay::TakeAll(Pool& pool, const Lots& lots, Parts* out) {
  bool there = true;
  for (const Lot& lot : lots) there = Take(pool, lot.activate_us, lot, out) && there;
  return there;
}

void LotReplay::Open(Parts parts, int64_t active_after, int64_t credited) {
  int64_t hole = std::clamp<int64_t>(credited - active_after, 0, credited);
  for (Part& part : parts) {
    const int64_t fills = std::min(hole, part.piece.amount);
    part.piece.amount -= fills;
    hole -= fills;
    Put(open_, 0, part);
  }
}

void LotReplay::Earned(const LedgerEntry& entry) {
  const int cohort = cohort_of_(entry.occur_us);
  if (entry.pending_delta > 0) {
    Put(open_, entry.activate_us, {entry.expire_us, {cohort, entry.pending_delta}});
    pending_[entry.seq] = {.activate_us = entry.activate_us, .expire_us = entry.expire_us};
  } else {
    Open({{entry.expire_us, {cohort, entry.active_delta}}}, entry.active_after, entry.active_delta);
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
    there = Take(open_, from.activate_us, from, &moved) && there;
    for (Part& part : moved) parts.push_back({lot.expire_us, part.piece});
  }
  Open(std::move(parts), entry.active_after, entry.active_delta);
  return there;
}

bool LotReplay::Refunded(const LedgerEntry& entry) {
  Parts parts;
  const bool there = TakeAll(taken_[entry.refunded_seq], entry.lots, &parts);
  taken_.erase(entry.refunded_seq);
  const int64_t beyond = std::min(entry.active_delta - SumOf(entry.lots), entry.active_delta);
  Open(std::move(parts), entry.active_after, entry.active_delta - beyond);
  int64_t active_lots = 0;
  for (const auto& [dates, pieces] : open_) {
    if (dates.second != 0) continue;
    for (const auto& [cohort, amount] : pieces) active_lots += amount;
  }
  // Overdraft that comes back after other credits have filled the hole does not expire.
  Put(open_, 0, {kNeverUs, {kNoCohort, std::max<int64_t>(0, entry.active_after - active_lots)}});
  return there;
}

bool LotReplay::Reinstated(const LedgerEntry& entry) {
  Pool& expired = taken_[entry.refunded_seq];
  Parts parts;
  int64_t found = 0;
  for (const auto& [dates, pieces] : expired) {
    for (const auto& [cohort, amount] : pieces) {
      parts.push_back({entry.expire_us, {cohort, amount}});
      found += amount;
    }
  }
  expired.clear();
  Open(std::move(parts), entry.active_after, entry.active_delta);
  return found == entry.active_delta;
}

bool LotReplay::Extended(const LedgerEntry& entry) {
  Parts parts;
  const bool there = TakeAll(open_, entry.lots, &parts);
  for (const Part& part : parts) Put(open_, 0, {entry.expire_us, part.piece});
  return there;
}

void LotReplay::Credited(const LedgerEntry& entry) {
  const int cohort = cohort_of_(entry.occur_us);
  Parts parts;
  for (const Lot& lot : entry.lots) parts.push_back({lot.expire_us, {cohort, lot.amount}});
  Open(std::move(parts), entry.active_after, entry.active_delta);
}

bool LotReplay::Move(const LedgerEntry& entry) {
  Parts parts;
  bool there = true;
  Pool* to = nullptr;
  switch (entry.kind) {
    case v1::ENTRY_KIND_ACCRUAL:
      Earned(entry);
      return true;
    case v1::ENTRY_KIND_ACTIVATION:
      return Activated(entry);
    case v1::ENTRY_KIND_REFUND:
      return Refunded(entry);
    case v1::ENTRY_KIND_REINSTATEMENT:
      return Reinstated(entry);
    case v1::ENTRY_KIND_EXTENSION:
      return Extended(entry);
    case v1::ENTRY_KIND_TRANSFER_IN:
      Credited(entry);
      return true;
    case v1::ENTRY_KIND_ADJUSTMENT:
      if (entry.active_delta < 0) return TakeAll(open_, entry.lots, &parts);
      Credited(entry);
      return true;
    case v1::ENTRY_KIND_TRANSFER_OUT:
    case v1::ENTRY_KIND_CLAW_BACK:
    case v1::ENTRY_KIND_CANCELLATION:
      return TakeAll(open_, entry.lots, &parts);
    case v1::ENTRY_KIND_REDEMPTION:
    case v1::ENTRY_KIND_EXPIRY:
      there = TakeAll(open_, entry.lots, &parts);
      to = &taken_[entry.seq];
      break;
    case v1::ENTRY_KIND_RESERVE:
      there = TakeAll(open_, entry.lots, &parts);
      to = &held_[entry.reservation_id];
      break;
    case v1::ENTRY_KIND_CAPTURE:
      there = TakeAll(held_[entry.reservation_id], entry.lots, &parts);
      to = &taken_[entry.seq];
      break;
    case v1::ENTRY_KIND_RELEASE:
      there = TakeAll(held_[entry.reservation_id], entry.lots, &parts);
      Open(std::move(parts), entry.active_after, entry.active_delta);
      return there;
    default:
      known_ = false;
      return true;
  }
  for (const Part& part : parts) Put(*to, 0, part);
  return there;
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

std::map<int, int64_t> LotReplay::Outstanding(int64_t outstanding) const {
  std::map<int, int64_t> out;
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

}  // namespace laurel::members
