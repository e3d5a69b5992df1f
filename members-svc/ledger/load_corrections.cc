#include "members-svc/ledger/load_corrections.h"

#include <algorithm>
#include <utility>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {
namespace {

// Where entries are, as the parameters of statements.
struct PlaceColumns {
  db::Column buckets, owners, numbers, seqs, days;
  size_t count = 0;
};
class Places {
 public:
  void Add(const base::Uuid& owner, const EntryPlace& place) {
    buckets_.Add(base::BucketOf(owner));
    owners_.Add(owner);
    numbers_.Add(static_cast<int16_t>(place.wallet_no));
    seqs_.Add(place.seq);
    days_.Add(place.day);
  }
  PlaceColumns Take() {
    const size_t count = owners_.size();
    return {buckets_.Take(), owners_.Take(), numbers_.Take(), seqs_.Take(), days_.Take(), count};
  }

 private:
  db::ColumnBuilder<int32_t> buckets_, days_;
  db::ColumnBuilder<base::Uuid> owners_;
  db::ColumnBuilder<int16_t> numbers_;
  db::ColumnBuilder<int64_t> seqs_;
};

// The entry that a command gives back, takes back or ends; zero: none.
base::Uuid ReferredBy(const Command& command) {
  if (const auto* refund = std::get_if<RefundSpend>(&command.what)) return refund->spend_entry_id;
  if (const auto* claw = std::get_if<ClawBackPoints>(&command.what)) {
    return claw->accrual_entry_id;
  }
  if (const auto* back = std::get_if<ReinstatePoints>(&command.what)) {
    return back->expiry_entry_id;
  }
  if (const auto* end = std::get_if<EndPending>(&command.what)) return end->accrual_entry_id;
  if (const auto* reverse = std::get_if<ReverseEntry>(&command.what)) return reverse->entry_id;
  return {};
}

// Whether a command takes back what an entry gave.
bool TakesBack(const Command& command) {
  return std::holds_alternative<ClawBackPoints>(command.what) ||
         std::holds_alternative<ReverseEntry>(command.what) ||
         std::holds_alternative<ReturnOrder>(command.what);
}

class Loader {
 public:
  Loader(db::Tx& tx, const std::vector<Command>& commands, BatchState& state)
      : tx_(tx), commands_(commands), state_(state) {}

  // Entries that are to be undone, and the other sides of transfers among them, whose wallets are
  // then read too. Before the heads: an entry that somebody can name never changes.
  absl::Status Undone(WalletKeys& others_wallets) {
    Places places;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const auto* reverse = std::get_if<ReverseEntry>(&commands_[i].what);
      if (reverse == nullptr || state_.member_ids[i].IsZero()) continue;
      for (const base::Uuid& owner : state_.OwnersOf(state_.member_ids[i])) {
        places.Add(owner, PlaceOf(reverse->entry_id));
      }
    }
    LAUREL_RETURN_IF_ERROR(ReadEntries(places.Take()));
    Places others;
    for (const auto& [key, written] : state_.referred) {
      const auto other = CounterpartOf(written.entry);
      if (!other) continue;
      const auto& [owner, seq] = *other;
      others.Add(owner, {written.wallet.wallet_no, seq,
                         DayOf(absl::FromUnixMicros(written.entry.create_us))});
      others_wallets.emplace(base::BucketOf(owner), owner, written.wallet.wallet_no);
    }
    return ReadEntries(others.Take());
  }

  absl::Status Run() {
    LAUREL_RETURN_IF_ERROR(LoadAdjustmentLimits());
    LAUREL_RETURN_IF_ERROR(LoadReferred());
    LAUREL_RETURN_IF_ERROR(LoadExtensions());
    LAUREL_RETURN_IF_ERROR(LoadMarks());
    return LoadHistories();
  }

 private:
  absl::Status ReadEntries(const PlaceColumns& places) {
    if (places.count == 0) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_entries_by_seq", places.buckets, places.owners,
                                      places.numbers, places.seqs, places.days));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      state_.referred[{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq}] = entry;
    }
    return absl::OkStatus();
  }

  absl::Status LoadAdjustmentLimits() {
    absl::flat_hash_set<base::Uuid> programs;
    for (const Command& command : commands_) {
      const bool adjusts = std::holds_alternative<AdjustPoints>(command.what) ||
                           std::holds_alternative<ReverseEntry>(command.what);
      if (adjusts) programs.insert(command.program_id);
    }
    if (programs.empty()) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_adjustment_limits",
                  db::ArrayOf(programs, [](const base::Uuid& id) { return id; })));
    for (size_t i = 0; i < rows.size(); ++i) {
      state_.adjustment_limits[{rows[i].Uuid(0), static_cast<int>(rows[i].Int(1))}] =
          rows[i].Int(2);
    }
    return absl::OkStatus();
  }

  // Where the entries are that the commands refer to: all, or those that are taken back.
  PlaceColumns PlacesReferredTo(bool only_taken_back) const {
    Places places;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const base::Uuid referred = ReferredBy(commands_[i]);
      if (referred.IsZero() || state_.member_ids[i].IsZero()) continue;
      if (only_taken_back && !TakesBack(commands_[i])) continue;
      for (const base::Uuid& owner : state_.OwnersOf(state_.member_ids[i])) {
        places.Add(owner, PlaceOf(referred));
      }
    }
    // Of orders that are to be returned: redemptions, of which refunds are looked for, too.
    for (const auto& [order_id, order] : state_.orders_to_return) {
      for (const EntryKey& key : only_taken_back ? order.accruals : order.redemptions) {
        const LedgerEntry& entry = state_.referred.at(key).entry;
        places.Add(std::get<0>(key), {.wallet_no = std::get<1>(key),
                                      .seq = entry.seq,
                                      .day = DayOf(absl::FromUnixMicros(entry.create_us))});
      }
    }
    return places.Take();
  }

  absl::Status LoadReferred() {
    const PlaceColumns places = PlacesReferredTo(false);
    if (places.count == 0) return absl::OkStatus();
    LAUREL_RETURN_IF_ERROR(ReadEntries(places));
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows refunded,
        tx_.Query("read_refunds", places.buckets, places.owners, places.numbers, places.seqs));
    for (size_t i = 0; i < refunded.size(); ++i) {
      state_.refunded[{refunded[i].Uuid(0), static_cast<int>(refunded[i].Int(1)),
                       refunded[i].Int(2)}] = 0;
    }
    return absl::OkStatus();
  }

  // What has pushed the expiry of accruals out that are taken back: activities, or lots being
  // joined.
  absl::Status LoadExtensions() {
    const PlaceColumns places = PlacesReferredTo(true);
    if (places.count == 0) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_extensions", places.buckets, places.owners, places.numbers, places.seqs));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      const EntryKey key{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq};
      state_.extensions[key] = std::move(entry);
    }
    return absl::OkStatus();
  }

  absl::Status LoadMarks() {
    Places marked;
    for (const auto& [key, written] : state_.referred) {
      const auto& [owner, wallet_no, seq] = key;
      marked.Add(owner, {.wallet_no = wallet_no, .seq = seq});
      // What undoes a claw-back changes what is left of its accrual.
      if (written.entry.kind == members::v1::ENTRY_KIND_CLAW_BACK) {
        marked.Add(owner, {.wallet_no = wallet_no, .seq = written.entry.refunded_seq});
      }
    }
    const PlaceColumns places = marked.Take();
    if (places.count == 0) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_entry_marks", places.buckets, places.owners, places.numbers, places.seqs));
    for (size_t i = 0; i < rows.size(); ++i) {
      const db::Row row = rows[i];
      state_.marks[{row.Uuid(0), static_cast<int>(row.Int(1)), row.Int(2)}] = {
          .undone = row.Int(3),
          .pending_end = static_cast<EntryMark::PendingEnd>(row.Int(4)),
          .expire_us = row.IsNull(5) ? kNeverUs : row.Int(5),
          .reversed_seq = row.Int(6)};
    }
    return absl::OkStatus();
  }

  // Whether something of what the entry gave may have expired, on its date or by a job before it.
  bool MayHaveExpired(const EntryKey& key, const LedgerEntry& entry) const {
    if (entry.active_delta + entry.pending_delta <= 0) return false;
    const WalletState* head = state_.FindWallet(std::get<0>(key), std::get<1>(key));
    if (head != nullptr && head->wallet.lifetime_expired > 0) return true;
    const auto mark = state_.marks.find(key);
    int64_t first_us = entry.expire_us;
    if (mark != state_.marks.end()) first_us = std::min(first_us, mark->second.expire_us);
    for (const Lot& lot : entry.lots) first_us = std::min(first_us, lot.expire_us);
    return first_us <= state_.now_us;
  }

  // Where points are to be taken back that may have expired in part, the wallet's whole history
  // tells how much. Seldom, and after the heads: what comes later fails their guard.
  absl::Status LoadHistories() {
    bool takes_back = false;
    bool expires = false;  // by a command of this batch
    for (const Command& command : commands_) {
      takes_back = takes_back || TakesBack(command);
      expires = expires || std::holds_alternative<ExpirePoints>(command.what);
    }
    if (!takes_back) return absl::OkStatus();
    WalletKeys wallets;
    for (const auto& [key, written] : state_.referred) {
      if (!expires && !MayHaveExpired(key, written.entry)) continue;
      wallets.emplace(written.bucket, written.wallet.owner_id, written.wallet.wallet_no);
    }
    for (const auto& [bucket, owner, wallet_no] : wallets) {
      LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                              tx_.Query("read_wallet_history", bucket, owner, wallet_no));
      std::vector<LedgerEntry>& history = state_.histories[{owner, wallet_no}];
      for (size_t i = 0; i < rows.size(); ++i) {
        LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
        history.push_back(std::move(entry.entry));
      }
    }
    return absl::OkStatus();
  }

  db::Tx& tx_;
  const std::vector<Command>& commands_;
  BatchState& state_;
};

}  // namespace

absl::Status LoadUndone(db::Tx& tx, const std::vector<Command>& commands, BatchState& state,
                        WalletKeys& others) {
  return Loader(tx, commands, state).Undone(others);
}

absl::Status LoadCorrections(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  return Loader(tx, commands, state).Run();
}

absl::Status CheckReservations(const BatchState& state) {
  absl::flat_hash_map<std::pair<base::Uuid, int>, int64_t> held;
  for (const auto& [id, reservation] : state.reservations) {
    if (reservation.state != v1::RESERVATION_STATE_OPEN) continue;
    const WalletState* wallet = state.FindWallet(reservation.owner_id, reservation.wallet_no);
    int64_t& sum = held[{reservation.owner_id, reservation.wallet_no}];
    sum += reservation.amount;
    if (wallet != nullptr && sum > wallet->wallet.reserved) {
      return db::Conflict("a reservation has ended meanwhile");
    }
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
