#include "members-svc/store/ledger_scan.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members {
namespace {

constexpr int64_t kWalletsAtOnce = 500;
constexpr int64_t kDayUs = 86400LL * 1000000;
constexpr int kDayColumn = 25;  // of entry_rows, behind those that EntryOf reads

using Places = absl::flat_hash_map<std::pair<base::Uuid, int>, ScannedWallet*>;

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
    LAUREL_ASSIGN_OR_RETURN(row.lots, UnpackLots(rows[i].Bytes(7)));
    holders.at(row.reservation_id)->reservations.push_back(std::move(row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ScannedWallet>> LedgerScan::Next(db::Tx& tx) {
  std::vector<ScannedWallet> wallets;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_wallets", program_id_, last_bucket_, last_owner_,
                                   last_number_, only_, kWalletsAtOnce));
  if (rows.empty()) return wallets;
  for (size_t i = 0; i < rows.size(); ++i) {
    last_bucket_ = rows[i].Int(0);
    last_owner_ = rows[i].Uuid(1);
    last_number_ = rows[i].Int(2);
    ScannedWallet& wallet = wallets.emplace_back();
    wallet.id = {program_id_, last_owner_, static_cast<int>(last_number_)};
    wallet.bucket = static_cast<int>(last_bucket_);
    LAUREL_ASSIGN_OR_RETURN(wallet.head, WalletOf(rows[i], 3));
    wallet.next_due_us = rows[i].Int(15);
    wallet.knows_owner_state = rows[i].Bool(16);
  }
  const Keys keys(wallets);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows entries,
                          tx.Query("verify_entries", keys.buckets, keys.owners, keys.numbers));
  const Places places = PlacesOf(wallets);
  for (size_t i = 0; i < entries.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(WrittenEntry written, EntryOf(entries[i]));
    ScannedWallet& wallet = *places.at({written.wallet.owner_id, written.wallet.wallet_no});
    const bool stray = written.wallet.program_id != program_id_ ||
                       entries[i].Int(kDayColumn) != written.entry.create_us / kDayUs;
    if (stray && wallet.stray_seq == 0) wallet.stray_seq = written.entry.seq;
    wallet.entries.push_back(std::move(written.entry));
  }
  return wallets;
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
        ->refunds.push_back({.program_id = refunds[i].Uuid(4),
                             .redemption_seq = refunds[i].Int(2),
                             .refund_seq = refunds[i].Int(3)});
  }
  return AddReservations(tx, wallets);
}

}  // namespace laurel::members
