#include "members-svc/store/return_proof.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/seal_rows.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 5000;

using Lines = std::map<int32_t, int64_t>;  // quantity by line number
using ReturnedLines = google::protobuf::RepeatedPtrField<v1::ReturnedLine>;

void AddTo(Lines& lines, const ReturnedLines& more) {
  for (const v1::ReturnedLine& line : more) {
    lines[line.line_number()] += line.quantity_thousandths();
  }
}

bool MovesForReturn(const LedgerEntry& entry) {
  const bool kind = entry.kind == v1::ENTRY_KIND_REFUND || entry.kind == v1::ENTRY_KIND_CLAW_BACK;
  return kind && !entry.order_id.IsZero();
}

base::Uuid EntryIdIn(const std::string& id) {
  return base::DecodeId("ent", id).value_or(base::Uuid{});
}

std::string ItemFault(const v1::ReturnedEntry& item) {
  int64_t not_moved = 0;
  for (const v1::NotMoved& part : item.not_moved()) not_moved += part.points();
  if (item.points_due() != item.points_moved() + not_moved) return "its points do not add up";
  if ((item.points_moved() == 0) != item.moved_by_entry_id().empty()) {
    return "it moved points without an entry, or none with one";
  }
  return "";
}

}  // namespace

// Whether a return fits to its row and to the one before it.
std::string ReturnProof::FaultOf(const db::Row& row, const v1::OrderReturn& returned) const {
  if (returned.order_id() != base::EncodeId("ord", row.Uuid(1)) ||
      returned.number() != row.Int(2) ||
      returned.member_id() != base::EncodeId("mem", row.Uuid(3))) {
    return "it is of another order, number or member";
  }
  Lines expected;
  const auto before = newest_.find(row.Uuid(1));
  const int32_t number_before = before == newest_.end() ? 0 : before->second.returned.number();
  if (returned.number() != number_before + 1) return "a return before it is missing";
  if (before != newest_.end()) {
    AddTo(expected, before->second.returned.returned_lines());
    if (before->second.returned.mode() != returned.mode()) return "it goes by another mode";
    if (before->second.returned.order_state() != v1::ORDER_STATE_PARTLY_RETURNED) {
      return "nothing was left to be returned";
    }
  }
  AddTo(expected, returned.lines());
  Lines said;
  AddTo(said, returned.returned_lines());
  if (said != expected) return "its lines do not add up";
  for (const v1::ReturnedEntry& item : returned.entries()) {
    std::string fault = ItemFault(item);
    if (!fault.empty()) return fault;
  }
  return "";
}

// Keeps what it says of entries and lines.
std::string ReturnProof::Take(const base::Uuid& member_id, const base::Uuid& order_id,
                              const v1::OrderReturn& returned) {
  std::string fault;
  for (const v1::ReturnedEntry& item : returned.entries()) {
    if (item.moved_by_entry_id().empty()) continue;
    const Moved moved{.order_id = order_id,
                      .member_id = member_id,
                      .undone = EntryIdIn(item.entry_id()),
                      .refund = item.refund(),
                      .points = item.points_moved()};
    if (!moved_.emplace(EntryIdIn(item.moved_by_entry_id()), moved).second) {
      fault = "it names an entry that another return names";
    }
  }
  newest_[order_id] = {member_id, returned};
  return fault;
}

absl::Status ReturnProof::ReadAll(db::Tx& tx, HourFolds& folds, const OrderFault& fault) {
  int64_t bucket = -1;
  base::Uuid order_id;
  int64_t number = 0;
  for (;;) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("verify_order_returns", program_id_,
                                                          bucket, order_id, number, kRowsAtOnce));
    for (size_t i = 0; i < rows.size(); ++i) {
      const db::Row row = rows[i];
      bucket = row.Int(0);
      order_id = row.Uuid(1);
      number = row.Int(2);
      folds.AddReturn(static_cast<int>(bucket), ReturnSealOf(row));
      v1::OrderReturn returned;
      std::string what =
          returned.ParseFromString(row.Bytes(9)) ? FaultOf(row, returned) : "it cannot be read";
      if (what.empty()) what = Take(row.Uuid(3), order_id, returned);
      if (!what.empty()) {
        fault(row.Uuid(3), order_id, absl::StrCat("its return ", number, ": ", what));
      }
    }
    if (rows.size() < static_cast<size_t>(kRowsAtOnce)) return absl::OkStatus();
  }
}

std::string ReturnProof::Compare(const Moved& moved, const ScannedWallet& wallet,
                                 const LedgerEntry& entry) {
  const EntryPlace undone = PlaceOf(moved.undone);
  const bool refund = entry.kind == v1::ENTRY_KIND_REFUND;
  const int64_t points = entry.active_delta + entry.pending_delta;
  const bool same = moved.order_id == entry.order_id && moved.refund == refund &&
                    moved.points == (refund ? points : -points) &&
                    undone.wallet_no == wallet.id.wallet_no && undone.seq == entry.refunded_seq;
  return same ? "" : "its return is not what the entry says";
}

absl::Status ReturnProof::Check(db::Tx& tx, const std::vector<ScannedWallet>& wallets,
                                const EntryFault& fault) {
  struct Place {
    const ScannedWallet* wallet;
    const LedgerEntry* entry;
  };
  absl::flat_hash_map<base::Uuid, Place> places;  // of entries whose return was not read before
  db::ArrayBuilder buckets, orders;
  for (const ScannedWallet& wallet : wallets) {
    for (const LedgerEntry& entry : wallet.entries) {
      if (!MovesForReturn(entry)) continue;
      const base::Uuid id =
          EntryIdOf(wallet.id.owner_id, wallet.id.wallet_no, entry.create_us, entry.seq);
      const auto moved = moved_.find(id);
      if (moved == moved_.end()) {
        places[id] = {&wallet, &entry};
        buckets.Add(BucketOfOrder(entry.order_id));
        orders.Add(entry.order_id);
        continue;
      }
      std::string what = Compare(moved->second, wallet, entry);
      if (!what.empty()) fault(wallet, entry.seq, std::move(what));
      moved_.erase(moved);
    }
  }
  if (places.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_order_returns", buckets.Take(), orders.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    const StoredReturn row = ReturnOf(rows[i]);
    v1::OrderReturn returned;
    if (!returned.ParseFromString(row.content)) continue;
    for (const v1::ReturnedEntry& item : returned.entries()) {
      const auto place = places.find(EntryIdIn(item.moved_by_entry_id()));
      if (place == places.end()) continue;
      const Moved moved{.order_id = row.order_id,
                        .member_id = row.member_id,
                        .undone = EntryIdIn(item.entry_id()),
                        .refund = item.refund(),
                        .points = item.points_moved()};
      const auto& [wallet, entry] = place->second;
      std::string what = Compare(moved, *wallet, *entry);
      if (!what.empty()) fault(*wallet, entry->seq, std::move(what));
      places.erase(place);
    }
  }
  for (const auto& [id, place] : places) {
    fault(*place.wallet, place.entry->seq, "it moves points for a return that is not there");
  }
  return absl::OkStatus();
}

std::string ReturnProof::CheckOrder(const base::Uuid& order_id, const v1::Order& order) {
  const auto newest = newest_.find(order_id);
  if (newest == newest_.end()) return "";
  const v1::OrderReturn returned = std::move(newest->second.returned);
  newest_.erase(newest);
  bool whole = returned.returned_lines_size() == order.lines_size();
  for (const v1::ReturnedLine& line : returned.returned_lines()) {
    if (line.line_number() < 1 || line.line_number() > order.lines_size()) {
      return "a line is returned that it does not have";
    }
    const int64_t bought = order.lines(line.line_number() - 1).quantity_thousandths();
    if (line.quantity_thousandths() > bought) return "more is returned than was bought";
    whole = whole && line.quantity_thousandths() == bought;
  }
  const bool partly = returned.order_state() == v1::ORDER_STATE_PARTLY_RETURNED;
  return whole == partly ? "where it stands is not what was returned of it" : "";
}

void ReturnProof::End(const OrderFault& fault) const {
  for (const auto& [id, moved] : moved_) {
    fault(moved.member_id, moved.order_id, "a return of it names an entry that is not there");
  }
  for (const auto& [order_id, newest] : newest_) {
    fault(newest.member_id, order_id, "it is returned, and is not there");
  }
}

}  // namespace laurel::members
