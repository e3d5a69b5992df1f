#include <algorithm>
#include <cstdlib>

#include "lib/auth/caller.h"
#include "lib/base/check.h"
#include "lib/status/error.h"
#include "members-svc/domain/lot_replay.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/decider.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

// Where an accrual's points lie at `now_us`, as far as its dates and what was done tell; without
// points once they were cancelled.
Lot LotOf(const LedgerEntry& accrual, const EntryMark& mark, int64_t now_us) {
  const int64_t left = accrual.active_delta + accrual.pending_delta - mark.undone;
  if (mark.pending_end == EntryMark::kActivated) return {0, mark.expire_us, left};
  const bool cancelled = mark.pending_end == EntryMark::kCancelled ||
                         (accrual.activate_us < 0 && -accrual.activate_us <= now_us);
  if (cancelled) return {accrual.activate_us, accrual.expire_us, 0};
  const bool pending = accrual.activate_us < 0 || accrual.activate_us > now_us;
  return {pending ? accrual.activate_us : 0, accrual.expire_us, left};
}

}  // namespace

absl::StatusOr<const WrittenEntry*> Decider::ReferredAccrual(const base::Uuid& entry_id,
                                                             int wallet_no) const {
  const WrittenEntry* written = Referred(entry_id, wallet_no, pb::ENTRY_KIND_ACCRUAL);
  if (written == nullptr) {
    return status::NotFound("ACCRUAL_NOT_FOUND", "No such accrual of points.");
  }
  return written;
}

Decider::Accrual Decider::AccrualOf(const LedgerEntry& entry, const Draft& draft) const {
  const WalletId& wallet = draft.state->id;
  Accrual accrual{.key = {wallet.owner_id, wallet.wallet_no, entry.seq}, .entry = &entry};
  const auto mark = state_.marks.find(accrual.key);
  if (mark != state_.marks.end()) accrual.mark = mark->second;
  accrual.own = {entry.seq, LotOf(entry, accrual.mark, state_.now_us)};
  Lot& lot = accrual.own.lot;
  if (lot.activate_us != 0) return accrual;
  lot.expire_us = Extended(accrual.key, lot.expire_us);
  accrual.expired = ExpiredOf(accrual.key, lot.expire_us, draft);
  return accrual;
}

int64_t Decider::Extended(const EntryKey& accrual, int64_t expire_us) const {
  const auto& [owner, wallet_no, seq] = accrual;
  const auto follow = [&](const WrittenEntry& written) {
    const LedgerEntry& push = written.entry;
    if (push.kind != pb::ENTRY_KIND_EXTENSION || push.seq <= seq ||
        written.wallet.owner_id != owner || written.wallet.wallet_no != wallet_no) {
      return;
    }
    for (const Lot& lot : push.lots) {
      if (lot.expire_us == expire_us) {
        expire_us = push.expire_us;
        return;
      }
    }
  };
  for (const auto& [key, written] : state_.extensions) follow(written);
  for (const WrittenEntry& written : state_.entries) follow(written);
  return expire_us;
}

int64_t Decider::ExpiredOf(const EntryKey& credit, int64_t expire_us, const Draft& draft) const {
  const auto& [owner, wallet_no, seq] = credit;
  const auto history = state_.histories.find({owner, wallet_no});
  // Nothing is loaded where nothing can have expired before this batch; or the batch itself has
  // made it run out: all of it, then.
  if (history == state_.histories.end()) return expire_us > state_.now_us ? 0 : kNeverUs;
  LotReplay replay([](const LedgerEntry& entry) { return entry.seq; });
  for (const LedgerEntry& entry : history->second) replay.Apply(entry);
  for (const WrittenEntry& written : state_.entries) {
    const bool here = written.wallet.owner_id == owner && written.wallet.wallet_no == wallet_no;
    if (here) replay.Apply(written.entry);
  }
  for (const LedgerEntry& entry : draft.entries) replay.Apply(entry);
  return replay.ExpiredOf(seq);
}

absl::Status Decider::CheckAdjustmentLimit(const WalletTypeRules& type, int64_t delta) const {
  const auto limit = state_.adjustment_limits.find({command_->program_id, type.wallet_no});
  if (limit == state_.adjustment_limits.end() || limit->second == 0 ||
      std::abs(delta) <= limit->second) {
    return absl::OkStatus();
  }
  return status::Refused("APPROVAL_REQUIRED",
                         "A second person has to approve an adjustment of this size.",
                         {{"limit", std::to_string(limit->second)}});
}

absl::StatusOr<Outcome> Decider::Run(const AdjustPoints& adjust) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(adjust.wallet_type));
  if (!adjust.approved) LAUREL_RETURN_IF_ERROR(CheckAdjustmentLimit(*type, adjust.delta));
  Draft draft = Open(type->wallet_no);
  LAUREL_RETURN_IF_ERROR(Adjust(draft.wallet, {type->policy, state_.now_us}, adjust.delta,
                                ExpiryOf(type->policy), draft.entries));
  draft.entries[draft.main].detail = DetailOf(adjust.reason, adjust.actor).SerializeAsString();
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const TransferPoints& transfer) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(transfer.wallet_type));
  if (transfer.to_member_id == member_id_) {
    return status::Error(absl::StatusCode::kInvalidArgument, "SAME_MEMBER",
                         "Points cannot be transferred to the member who has them.");
  }
  const auto to = state_.members.find(transfer.to_member_id);
  if (to == state_.members.end() || to->second.program_id != command_->program_id) {
    return auth::MemberNotFound();
  }
  if (to->second.blocked) {
    return status::Refused("MEMBER_BLOCKED", "The receiving member is blocked.");
  }
  const base::Uuid receiver = state_.OwnerOf(transfer.to_member_id, *type);
  if (receiver == OwnerOf(type->wallet_no)) {
    return status::Error(absl::StatusCode::kInvalidArgument, "SAME_MEMBER",
                         "The receiving member shares the wallet that the points are in.");
  }
  LAUREL_ASSIGN_OR_RETURN(const Capped limited, WithinPoolLimit(*type, transfer.amount));
  const Moment moment{type->policy, state_.now_us};
  Draft giver = Open(type->wallet_no);
  LAUREL_RETURN_IF_ERROR(TransferOut(giver.wallet, moment, transfer.amount, giver.entries));
  // What overdraws nothing leaves lots of exactly the amount.
  Lots lots = giver.entries[giver.main].lots;
  if (type->policy.transfers() == pb::TRANSFER_POLICY_RESTART_EXPIRY) {
    lots = {{0, ExpiryOf(type->policy), transfer.amount}};
  }
  Draft taker = Open(receiver, type->wallet_no, transfer.to_member_id);
  LAUREL_RETURN_IF_ERROR(TransferIn(taker.wallet, moment, lots, taker.entries));
  pb::Entry detail = DetailOf(transfer.reason, transfer.actor);
  detail.set_counterpart_member_id(base::EncodeId("mem", transfer.to_member_id));
  // Undoing the transfer looks for the other side in the other member's own wallet.
  const bool own = receiver == transfer.to_member_id && OwnerOf(type->wallet_no) == member_id_;
  if (own) detail.set_counterpart_seq(taker.entries[taker.main].seq);
  giver.entries[giver.main].detail = detail.SerializeAsString();
  detail.set_counterpart_member_id(base::EncodeId("mem", member_id_));
  if (own) detail.set_counterpart_seq(giver.entries[giver.main].seq);
  taker.entries[taker.main].detail = detail.SerializeAsString();
  Accept(std::move(taker), false);
  Count(limited);
  const WrittenEntry& written = Accept(std::move(giver));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const ClawBackPoints& claw) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(claw.wallet_type));
  LAUREL_ASSIGN_OR_RETURN(const WrittenEntry* written_accrual,
                          ReferredAccrual(claw.accrual_entry_id, type->wallet_no));
  Draft draft = OpenOf(*written_accrual);
  Accrual accrual = AccrualOf(written_accrual->entry, draft);
  // What has expired unspent is gone already.
  const int64_t left = std::max<int64_t>(0, accrual.own.lot.amount - accrual.expired);
  if (left == 0 && accrual.own.lot.amount > 0) {
    return status::Refused("NOTHING_TO_CLAW_BACK", "What was left of the accrual has expired.");
  }
  const int64_t wanted = claw.amount == 0 ? left : claw.amount;
  if (wanted > left || left == 0) {
    return status::Refused("CLAW_BACK_EXCEEDS_ACCRUAL", "More than is left of the accrual.",
                           {{"left", std::to_string(left)}});
  }
  accrual.own.lot.amount = wanted;
  LAUREL_RETURN_IF_ERROR(
      ClawBack(draft.wallet, {type->policy, state_.now_us}, accrual.own, draft.entries));
  // What the policy forgives counts as taken: it cannot be asked for again.
  LedgerEntry& taken = draft.entries[draft.main];
  pb::Entry detail = DetailOf(claw.reason, claw.actor);
  detail.set_points_forgiven(wanted + taken.active_delta + taken.pending_delta);
  taken.detail = detail.SerializeAsString();
  accrual.mark.undone += wanted;
  accrual.mark.changed = true;
  state_.marks[accrual.key] = accrual.mark;
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const ExpirePoints& expire) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(expire.wallet_type));
  Draft draft = Open(type->wallet_no);
  LAUREL_RETURN_IF_ERROR(
      Expire(draft.wallet, {type->policy, state_.now_us}, expire.amount, draft.entries));
  draft.entries[draft.main].detail = DetailOf(expire.reason, expire.actor).SerializeAsString();
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const ReinstatePoints& reinstate) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(reinstate.wallet_type));
  const WrittenEntry* written_expiry =
      Referred(reinstate.expiry_entry_id, type->wallet_no, pb::ENTRY_KIND_EXPIRY);
  if (written_expiry == nullptr) {
    return status::NotFound("EXPIRY_NOT_FOUND", "No such expiry of points.");
  }
  const LedgerEntry& expiry = written_expiry->entry;
  EntryMark& mark = state_.marks[{written_expiry->wallet.owner_id, type->wallet_no, expiry.seq}];
  if (mark.undone > 0) {
    return status::Refused("ALREADY_REINSTATED", "These points have been reinstated.");
  }
  Draft draft = OpenOf(*written_expiry);
  LAUREL_RETURN_IF_ERROR(Reinstate(draft.wallet, {type->policy, state_.now_us}, expiry,
                                   ExpiryOf(type->policy), draft.entries));
  draft.entries[draft.main].detail =
      DetailOf(reinstate.reason, reinstate.actor).SerializeAsString();
  mark.undone = -expiry.active_delta;
  mark.changed = true;
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const EndPending& end) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(end.wallet_type));
  LAUREL_ASSIGN_OR_RETURN(const WrittenEntry* written_accrual,
                          ReferredAccrual(end.accrual_entry_id, type->wallet_no));
  Draft draft = OpenOf(*written_accrual);
  Accrual accrual = AccrualOf(written_accrual->entry, draft);
  const Moment moment{type->policy, state_.now_us};
  // Points that wait for an event have no expiry before it has come.
  int64_t expire_us = accrual.entry->expire_us;
  if (accrual.entry->activate_us < 0) {
    pb::Entry detail;
    LAUREL_CHECK(detail.ParseFromString(accrual.entry->detail));
    expire_us = ExpiryFrom(LotRulesOf(type->policy, detail), state_.now_us, rules_->time_zone);
  }
  if (end.activate) {
    LAUREL_RETURN_IF_ERROR(Activate(draft.wallet, moment, accrual.own, expire_us, draft.entries));
    accrual.mark.pending_end = EntryMark::kActivated;
    accrual.mark.expire_us = expire_us;
  } else {
    LAUREL_RETURN_IF_ERROR(Cancel(draft.wallet, moment, accrual.own, draft.entries));
    accrual.mark.pending_end = EntryMark::kCancelled;
    accrual.mark.undone += accrual.own.lot.amount;
  }
  draft.entries[draft.main].detail = DetailOf(end.reason, end.actor).SerializeAsString();
  accrual.mark.changed = true;
  state_.marks[accrual.key] = accrual.mark;
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

}  // namespace laurel::members
