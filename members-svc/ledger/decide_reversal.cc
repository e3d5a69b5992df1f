#include <algorithm>

#include "lib/base/check.h"
#include "lib/status/error.h"
#include "members-svc/domain/reversal.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/decider.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

absl::Status NotReversible(const LedgerEntry& entry) {
  return status::Refused("ENTRY_NOT_REVERSIBLE", "An entry of this kind cannot be undone.",
                         {{"kind", pb::EntryKind_Name(entry.kind)}});
}

absl::Status Corrected() {
  return status::Refused("ENTRY_CORRECTED",
                         "Something of the entry has been taken back, cancelled or changed since.");
}

absl::Status Expired(int64_t amount) {
  return status::Refused("POINTS_EXPIRED", "Some of the points have expired.",
                         {{"expired", std::to_string(amount)}});
}

}  // namespace

absl::StatusOr<Outcome> Decider::Run(const ReverseEntry& reverse) {
  const int wallet_no = PlaceOf(reverse.entry_id).wallet_no;
  const WalletTypeRules* type = rules_->WalletTypeByNumber(wallet_no);
  const WrittenEntry* written =
      type == nullptr ? nullptr : Referred(reverse.entry_id, wallet_no, pb::ENTRY_KIND_UNSPECIFIED);
  if (written == nullptr) return status::NotFound("ENTRY_NOT_FOUND", "No such entry.");
  const LedgerEntry* entry = &written->entry;
  const Undo undo{{written->wallet.owner_id, wallet_no, entry->seq}, type, entry, reverse};
  if (state_.marks[undo.key].reversed_seq != 0) {
    return status::Refused("ALREADY_REVERSED", "The entry has been undone.");
  }
  switch (entry->kind) {
    case pb::ENTRY_KIND_REDEMPTION:
    case pb::ENTRY_KIND_CAPTURE:
      return UndoRedemption(undo);
    case pb::ENTRY_KIND_ACCRUAL:
      return UndoAccrual(undo);
    case pb::ENTRY_KIND_ADJUSTMENT:
      return UndoAdjustment(undo);
    case pb::ENTRY_KIND_CLAW_BACK:
      return UndoClawBack(undo);
    case pb::ENTRY_KIND_EXPIRY:
      return UndoExpiry(undo);
    case pb::ENTRY_KIND_TRANSFER_OUT:
    case pb::ENTRY_KIND_TRANSFER_IN:
      return UndoTransfer(undo);
    default:
      return NotReversible(*entry);
  }
}

void Decider::MarkReversed(const Undo& undo, Draft& draft) {
  LedgerEntry& reversal = draft.entries[draft.main];
  pb::Entry detail = DetailOf(undo.command.reason, undo.command.actor);
  detail.set_undone_kind(undo.entry->kind);
  reversal.detail = detail.SerializeAsString();
  EntryMark& mark = state_.marks[undo.key];
  mark.reversed_seq = reversal.seq;
  mark.changed = true;
}

absl::StatusOr<Outcome> Decider::FinishReversal(const Undo& undo, Draft draft) {
  MarkReversed(undo, draft);
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, undo.type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::UndoRedemption(const Undo& undo) {
  if (state_.refunded.contains(undo.key)) {
    return status::Refused("ALREADY_REFUNDED", "These points have been given back.");
  }
  // A return of the order that it paid for has given some of it back.
  if (state_.marks[undo.key].undone > 0) return Corrected();
  Draft draft = OpenOf(undo);
  LAUREL_RETURN_IF_ERROR(
      GiveBack(draft.wallet, {undo.type->policy, state_.now_us}, *undo.entry, draft.entries));
  state_.refunded[undo.key] = draft.entries[draft.main].seq;
  return FinishReversal(undo, std::move(draft));
}

absl::StatusOr<Outcome> Decider::UndoAccrual(const Undo& undo) {
  Draft draft = OpenOf(undo);
  const Accrual accrual = AccrualOf(*undo.entry, draft);
  const int64_t given = undo.entry->active_delta + undo.entry->pending_delta;
  if (accrual.own.lot.amount != given) return Corrected();
  if (accrual.expired > 0) return Expired(std::min(accrual.expired, given));
  LAUREL_RETURN_IF_ERROR(TakeBack(draft.wallet, {undo.type->policy, state_.now_us}, *undo.entry,
                                  {accrual.own.lot}, draft.entries));
  // Nothing of it is left to be taken back.
  state_.marks[undo.key].undone = given;
  return FinishReversal(undo, std::move(draft));
}

absl::StatusOr<Outcome> Decider::UndoAdjustment(const Undo& undo) {
  const LedgerEntry& entry = *undo.entry;
  LAUREL_RETURN_IF_ERROR(CheckAdjustmentLimit(*undo.type, entry.active_delta));
  Draft draft = OpenOf(undo);
  const Moment moment{undo.type->policy, state_.now_us};
  if (entry.active_delta < 0) {
    LAUREL_RETURN_IF_ERROR(GiveBack(draft.wallet, moment, entry, draft.entries));
    return FinishReversal(undo, std::move(draft));
  }
  const int64_t expired = ExpiredOf(undo.key, entry.expire_us, draft);
  if (expired > 0) return Expired(std::min(expired, entry.active_delta));
  LAUREL_RETURN_IF_ERROR(TakeBack(draft.wallet, moment, entry, entry.lots, draft.entries));
  return FinishReversal(undo, std::move(draft));
}

absl::StatusOr<Outcome> Decider::UndoClawBack(const Undo& undo) {
  const LedgerEntry& entry = *undo.entry;
  const EntryKey accrual_key{std::get<0>(undo.key), undo.type->wallet_no, entry.refunded_seq};
  EntryMark accrual = state_.marks[accrual_key];
  pb::Entry detail;
  LAUREL_CHECK(detail.ParseFromString(entry.detail));
  const int64_t counted = -entry.active_delta - entry.pending_delta + detail.points_forgiven();
  // Its pending points would come back beside others that have been ended by a command.
  const bool ended = entry.pending_delta != 0 && accrual.pending_end != EntryMark::kOpen;
  if (ended || accrual.undone < counted) return Corrected();
  Draft draft = OpenOf(undo);
  LAUREL_RETURN_IF_ERROR(
      GiveBack(draft.wallet, {undo.type->policy, state_.now_us}, entry, draft.entries));
  accrual.undone -= counted;
  accrual.changed = true;
  state_.marks[accrual_key] = accrual;
  return FinishReversal(undo, std::move(draft));
}

absl::StatusOr<Outcome> Decider::UndoExpiry(const Undo& undo) {
  if (state_.marks[undo.key].undone > 0) {
    return status::Refused("ALREADY_REINSTATED", "These points have been reinstated.");
  }
  Draft draft = OpenOf(undo);
  LAUREL_RETURN_IF_ERROR(Unexpire(draft.wallet, {undo.type->policy, state_.now_us}, *undo.entry,
                                  ExpiryOf(undo.type->policy), draft.entries));
  state_.marks[undo.key].undone = -undo.entry->active_delta;
  return FinishReversal(undo, std::move(draft));
}

absl::StatusOr<Outcome> Decider::UndoTransfer(const Undo& undo) {
  const auto other = CounterpartOf(*undo.entry);
  // Those of a household's pool, and of earlier releases, do not say which entry their other side
  // is.
  if (!other) return NotReversible(*undo.entry);
  const auto& [other_id, other_seq] = *other;
  const int wallet_no = undo.type->wallet_no;
  const auto found = state_.referred.find({other_id, wallet_no, other_seq});
  if (found == state_.referred.end()) return NotReversible(*undo.entry);
  const Undo counterpart{found->first, undo.type, &found->second.entry, undo.command};
  const bool gave = undo.entry->kind == pb::ENTRY_KIND_TRANSFER_OUT;
  const Undo& giver = gave ? undo : counterpart;
  const Undo& taker = gave ? counterpart : undo;
  const Moment moment{undo.type->policy, state_.now_us};
  Draft from = Open(std::get<0>(taker.key), wallet_no, std::get<0>(taker.key));
  for (const Lot& lot : taker.entry->lots) {
    const int64_t expired = ExpiredOf(taker.key, lot.expire_us, from);
    if (expired > 0) return Expired(std::min(expired, taker.entry->active_delta));
  }
  LAUREL_RETURN_IF_ERROR(
      TakeBack(from.wallet, moment, *taker.entry, taker.entry->lots, from.entries));
  Draft to = Open(std::get<0>(giver.key), wallet_no, std::get<0>(giver.key));
  LAUREL_RETURN_IF_ERROR(GiveBack(to.wallet, moment, *giver.entry, to.entries));
  Draft& own = gave ? to : from;
  Draft& others = gave ? from : to;
  MarkReversed(counterpart, others);
  Accept(std::move(others), false);
  return FinishReversal(undo, std::move(own));
}

}  // namespace laurel::members
