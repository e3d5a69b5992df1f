#include "members-svc/ledger/load_referred.h"

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {
namespace {

absl::Status LoadAdjustmentLimits(db::Tx& tx, const std::vector<Command>& commands,
                                  BatchState& state) {
  absl::flat_hash_set<base::Uuid> programs;
  for (const Command& command : commands) {
    if (std::holds_alternative<AdjustPoints>(command.what)) programs.insert(command.program_id);
  }
  if (programs.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_adjustment_limits",
                                   db::ArrayOf(programs, [](const base::Uuid& id) { return id; })));
  for (size_t i = 0; i < rows.size(); ++i) {
    state.adjustment_limits[{rows[i].Uuid(0), static_cast<int>(rows[i].Int(1))}] = rows[i].Int(2);
  }
  return absl::OkStatus();
}

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
  return {};
}

absl::Status LoadEntries(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  db::ColumnBuilder<int32_t> buckets, days;
  db::ColumnBuilder<base::Uuid> owners;
  db::ColumnBuilder<int16_t> numbers;
  db::ColumnBuilder<int64_t> seqs;
  bool any = false;
  for (size_t i = 0; i < commands.size(); ++i) {
    const base::Uuid referred = ReferredBy(commands[i]);
    if (referred.IsZero() || state.member_ids[i].IsZero()) continue;
    const EntryPlace place = PlaceOf(referred);
    buckets.Add(base::BucketOf(state.member_ids[i]));
    owners.Add(state.member_ids[i]);
    numbers.Add(static_cast<int16_t>(place.wallet_no));
    seqs.Add(place.seq);
    days.Add(place.day);
    any = true;
  }
  if (!any) return absl::OkStatus();
  const db::Column bucket_array = buckets.Take();
  const db::Column owner_array = owners.Take();
  const db::Column number_array = numbers.Take();
  const db::Column seq_array = seqs.Take();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_entries_by_seq", bucket_array, owner_array, number_array,
                                   seq_array, days.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
    state.referred[{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq}] = entry;
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows refunded, tx.Query("read_refunds", bucket_array,
                                                            owner_array, number_array, seq_array));
  for (size_t i = 0; i < refunded.size(); ++i) {
    state
        .refunded[{refunded[i].Uuid(0), static_cast<int>(refunded[i].Int(1)), refunded[i].Int(2)}] =
        0;
  }
  return absl::OkStatus();
}

// What has pushed the expiry of accruals out that are taken back: activities, or lots being joined.
absl::Status LoadExtensions(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> owners;
  db::ColumnBuilder<int16_t> numbers;
  db::ColumnBuilder<int64_t> seqs;
  for (size_t i = 0; i < commands.size(); ++i) {
    const auto* claw = std::get_if<ClawBackPoints>(&commands[i].what);
    const auto rules = state.rules.find(commands[i].program_id);
    if (claw == nullptr || rules == state.rules.end() || state.member_ids[i].IsZero()) continue;
    const WalletTypeRules* type = rules->second->FindWalletType(claw->wallet_type);
    if (type == nullptr) continue;
    buckets.Add(base::BucketOf(state.member_ids[i]));
    owners.Add(state.member_ids[i]);
    numbers.Add(static_cast<int16_t>(type->wallet_no));
    seqs.Add(PlaceOf(claw->accrual_entry_id).seq);
  }
  if (buckets.size() == 0) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_extensions", buckets.Take(), owners.Take(), numbers.Take(), seqs.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
    const EntryKey key{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq};
    state.extensions[key] = std::move(entry);
  }
  return absl::OkStatus();
}

absl::Status LoadMarks(db::Tx& tx, BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> owners;
  db::ColumnBuilder<int16_t> numbers;
  db::ColumnBuilder<int64_t> seqs;
  bool any = false;
  for (const auto& [key, written] : state.referred) {
    if (written.entry.kind == members::v1::ENTRY_KIND_REDEMPTION) continue;  // refunds know
    const auto& [owner, wallet_no, seq] = key;
    buckets.Add(written.bucket);
    owners.Add(owner);
    numbers.Add(static_cast<int16_t>(wallet_no));
    seqs.Add(seq);
    any = true;
  }
  if (!any) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_entry_marks", buckets.Take(), owners.Take(), numbers.Take(), seqs.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    const db::Row row = rows[i];
    state.marks[{row.Uuid(0), static_cast<int>(row.Int(1)), row.Int(2)}] = {
        .undone = row.Int(3),
        .pending_end = static_cast<EntryMark::PendingEnd>(row.Int(4)),
        .expire_us = row.IsNull(5) ? kNeverUs : row.Int(5)};
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadReferred(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  LAUREL_RETURN_IF_ERROR(LoadAdjustmentLimits(tx, commands, state));
  LAUREL_RETURN_IF_ERROR(LoadEntries(tx, commands, state));
  LAUREL_RETURN_IF_ERROR(LoadExtensions(tx, commands, state));
  return LoadMarks(tx, state);
}

}  // namespace laurel::members
