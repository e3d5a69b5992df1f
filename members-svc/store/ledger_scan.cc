#include "members-svc/store/ledger_scan.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/household.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members {
namespace {

constexpr int64_t kWalletsAtOnce = 500;
constexpr int64_t kDayUs = 86400LL * 1000000;
constexpr int kDayColumn = 25;  // of entry_rows, behind those that EntryOf reads

using Places = LedgerScan::Places;

// (bucket, owner, wallet number) of each, as the statements take them.
struct Keys {
  explicit Keys(const std::vector<ScannedWallet>& wallets) {
    db::ArrayBuilder bucket, owner, number;
    for (const ScannedWallet& wallet : wallets) {
      bucket.Add(wallet.bucket);
      owner.Add(wallet.id.owner_id);
      number.Add(wallet.id.wallet_no);
    }
    buckets = bucket.Take();
    owners = owner.Take();
    numbers = number.Take();
  }
  std::string buckets;
  std::string owners;
  std::string numbers;
};

Places PlacesOf(std::vector<ScannedWallet>& wallets) {
  Places places;
  for (ScannedWallet& wallet : wallets) {
    places[{wallet.id.owner_id, wallet.id.wallet_no}] = &wallet;
  }
  return places;
}

// Those that the entries name.
absl::Status AddReservations(db::Tx& tx, std::vector<ScannedWallet>& wallets) {
  absl::flat_hash_map<base::Uuid, ScannedWallet*> holders;
  db::ArrayBuilder buckets, ids;
  for (ScannedWallet& wallet : wallets) {
    for (const LedgerEntry& entry : wallet.entries) {
      if (entry.reservation_id.IsZero()) continue;
      if (!holders.emplace(entry.reservation_id, &wallet).second) continue;
      buckets.Add(wallet.bucket);
      ids.Add(entry.reservation_id);
    }
  }
  if (holders.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_reservations", buckets.Take(), ids.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    ReservationRow row{.reservation_id = rows[i].Uuid(0),
                       .program_id = rows[i].Uuid(1),
                       .owner_id = rows[i].Uuid(2),
                       .wallet_no = static_cast<int>(rows[i].Int(3)),
                       .state = static_cast<int>(rows[i].Int(4)),
                       .amount = rows[i].Int(5),
                       .captured_amount = rows[i].Int(6),
                       .lots = {},
                       .create_us = rows[i].Int(8),
                       .expire_us = rows[i].Int(9),
                       .end_us = rows[i].IsNull(10) ? 0 : rows[i].Int(10)};
    // What cannot be read is not what the entries say.
    row.lots = UnpackLots(rows[i].Bytes(7)).value_or(Lots{});
    holders.at(row.reservation_id)->rows.reservations.push_back(std::move(row));
  }
  return absl::OkStatus();
}

absl::Status AddMarks(db::Tx& tx, const Keys& keys, const Places& places) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_entry_marks", keys.buckets, keys.owners, keys.numbers));
  for (size_t i = 0; i < rows.size(); ++i) {
    MarkRow row{.program_id = rows[i].Uuid(2),
                .seq = rows[i].Int(3),
                .undone = rows[i].Int(4),
                .pending_end = static_cast<int>(rows[i].Int(5)),
                .reversed_seq = rows[i].Int(7)};
    if (!rows[i].IsNull(6)) row.expire_us = rows[i].Int(6);
    places.at({rows[i].Uuid(0), static_cast<int>(rows[i].Int(1))})->rows.marks.push_back(row);
  }
  return absl::OkStatus();
}

// Whether the columns that may be NULL are so where the ledger writes it: read, they are the same.
bool NullWhereEmpty(const db::Row& row, const LedgerEntry& entry) {
  return row.IsNull(15) == (entry.activate_us == 0) &&
         row.IsNull(16) == (entry.expire_us == kNeverUs) &&
         row.IsNull(17) == entry.order_id.IsZero() &&
         row.IsNull(18) == entry.reservation_id.IsZero() &&
         row.IsNull(19) == (entry.refunded_seq == 0) &&
         row.IsNull(20) == entry.request_key.IsZero() &&
         row.IsNull(21) == entry.content_hash.empty() && row.IsNull(22) == entry.detail.empty() &&
         row.IsNull(23) == entry.lots.empty();
}

}  // namespace

LedgerScan::LedgerScan(const base::Uuid& program_id, std::optional<base::Uuid> only)
    : program_id_(program_id), only_(only) {
  if (only) last_bucket_ = last_possible_bucket_ = base::BucketOf(*only);  // after nobody in it
}

absl::StatusOr<std::vector<ScannedWallet>> LedgerScan::Next(db::Tx& tx) {
  std::vector<ScannedWallet> wallets;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_wallets", program_id_, last_bucket_, last_owner_,
                                   last_number_, only_, kWalletsAtOnce, last_possible_bucket_));
  if (rows.empty()) return wallets;
  for (size_t i = 0; i < rows.size(); ++i) {
    last_bucket_ = rows[i].Int(0);
    last_owner_ = rows[i].Uuid(1);
    last_number_ = rows[i].Int(2);
    ScannedWallet& wallet = wallets.emplace_back();
    wallet.id = {program_id_, last_owner_, static_cast<int>(last_number_)};
    wallet.bucket = static_cast<int>(last_bucket_);
    auto head = WalletOf(rows[i], 3);
    wallet.head_is_readable = head.ok();
    if (!head.ok() && !names_broken_) return head.status();
    if (head.ok()) wallet.head = *std::move(head);
    wallet.next_due_us = rows[i].Int(15);
    wallet.knows_owner_state = rows[i].Bool(16);
    wallet.of_household = rows[i].Int(17) == kHouseholdState;
  }
  const Keys keys(wallets);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows entries,
                          tx.Query("verify_entries", keys.buckets, keys.owners, keys.numbers));
  const Places places = PlacesOf(wallets);
  for (size_t i = 0; i < entries.size(); ++i) {
    LAUREL_RETURN_IF_ERROR(AddEntry(entries[i], places));
  }
  return wallets;
}

absl::Status LedgerScan::AddEntry(const db::Row& row, const Places& places) const {
  ScannedWallet& wallet = *places.at({row.Uuid(1), static_cast<int>(row.Int(2))});
  auto written = EntryOf(row);
  if (!written.ok() && !names_broken_) return written.status();
  const bool fits = written.ok() && written->wallet.program_id == program_id_ &&
                    row.Int(kDayColumn) == written->entry.create_us / kDayUs &&
                    NullWhereEmpty(row, written->entry);
  if (!fits && wallet.stray_seq == 0) wallet.stray_seq = row.Int(3);
  if (written.ok()) wallet.entries.push_back(std::move(written->entry));
  return absl::OkStatus();
}

absl::Status LedgerScan::AddSources(db::Tx& tx, std::vector<ScannedWallet>& wallets) {
  const Keys keys(wallets);
  const Places places = PlacesOf(wallets);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows held,
                          tx.Query("sum_open_reservations", keys.buckets, keys.owners));
  for (size_t i = 0; i < held.size(); ++i) {
    const auto place = places.find({held[i].Uuid(0), static_cast<int>(held[i].Int(1))});
    if (place != places.end()) place->second->open_reserved = held[i].Int(2);
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows refunds,
                          tx.Query("verify_refunds", keys.buckets, keys.owners, keys.numbers));
  for (size_t i = 0; i < refunds.size(); ++i) {
    places.at({refunds[i].Uuid(0), static_cast<int>(refunds[i].Int(1))})
        ->rows.refunds.push_back({.program_id = refunds[i].Uuid(4),
                                  .redemption_seq = refunds[i].Int(2),
                                  .refund_seq = refunds[i].Int(3)});
  }
  LAUREL_RETURN_IF_ERROR(AddMarks(tx, keys, places));
  return AddReservations(tx, wallets);
}

}  // namespace laurel::members
