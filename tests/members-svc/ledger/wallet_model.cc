#include "tests/members-svc/ledger/wallet_model.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "lib/status/error.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/lot_policy.h"
#include "members-svc/domain/lot_replay.h"

namespace laurel::members::testing {
namespace {

using Policy = v1::ExpiryPolicy;

absl::TimeZone Zone() { return absl::UTCTimeZone(); }

v1::Entry DetailOf(const LedgerEntry& entry) {
  v1::Entry detail;
  detail.ParseFromString(entry.detail);
  return detail;
}

// Of lots being joined: nobody asked for it, and no entry is its cause.
bool IsJoin(const LedgerEntry& entry) {
  return entry.kind == v1::ENTRY_KIND_EXTENSION && entry.refunded_seq == 0;
}

absl::Status Refuse(std::string_view reason) { return status::Refused(reason, ""); }

int64_t GivenBy(const LedgerEntry& entry) { return entry.active_delta + entry.pending_delta; }

}  // namespace

std::string TextOf(const LedgerEntry& entry) {
  const v1::Entry detail = DetailOf(entry);
  std::string text = absl::StrCat(
      v1::EntryKind_Name(entry.kind), " seq ", entry.seq, " account ",
      static_cast<int>(entry.account), " created ", entry.create_us, " occurred ", entry.occur_us,
      " deltas ", entry.active_delta, " ", entry.pending_delta, " ", entry.reserved_delta,
      " after ", entry.active_after, " ", entry.pending_after, " ", entry.reserved_after);
  absl::StrAppend(&text, " activates ", entry.activate_us, " expires ", entry.expire_us,
                  " reservation ", base::ToString(entry.reservation_id), " of ", entry.refunded_seq,
                  " request ", detail.request_id(), " reason ", detail.reason(), " over caps ",
                  detail.points_over_caps());
  absl::StrAppend(&text, " forgiven ", detail.points_forgiven(), " undone ", detail.undone_kind(),
                  " counterpart ", detail.counterpart_member_id(), " ", detail.counterpart_seq(),
                  " held ", detail.reserved_delta(), " lots");
  for (const Lot& lot : entry.lots) {
    absl::StrAppend(&text, " (", lot.activate_us, " ", lot.expire_us, " ", lot.amount, ")");
  }
  return text;
}

std::map<base::Uuid, v1::ReservationState> WalletModel::Reservations() const {
  std::map<base::Uuid, v1::ReservationState> states;
  for (const auto& [id, hold] : books_.holds) states[id] = hold.state;
  return states;
}

std::string WalletModel::Next(const AskedBy& asked_by) {
  const auto first = static_cast<size_t>(seq());
  const int64_t now_us = stored_[first].create_us;
  Books next = books_;
  std::vector<LedgerEntry> out;
  Settle(next.wallet, now_us, out);
  const size_t main = first + out.size();
  // What follows at the same time was asked for; otherwise time alone did it.
  if (main < stored_.size() && stored_[main].create_us == now_us && !IsJoin(stored_[main])) {
    const LedgerEntry& entry = stored_[main];
    const std::string request_id = DetailOf(entry).request_id();
    const Asked of_time{owner_, "",
                        EndReservation{.reservation_id = entry.reservation_id,
                                       .how = EndReservation::How::kExpire}};
    const bool expires = entry.kind == v1::ENTRY_KIND_RELEASE && request_id.empty();
    const Asked* asked = expires ? &of_time : asked_by(request_id);
    if (asked == nullptr) return "nobody was told of " + TextOf(entry);
    Step step{next, *asked, {type_.policy, now_us}, &entry, out, out.size(), {}};
    const absl::Status status = Run(step);
    if (!status.ok()) return absl::StrCat(status.ToString(), " instead of ", TextOf(entry));
  }
  JoinLots(next.wallet, {type_.policy, now_us}, out);
  if (out.empty()) return "nothing should have written " + TextOf(stored_[first]);
  for (size_t i = 0; i < out.size(); ++i) {
    if (first + i == stored_.size()) return "missing: " + TextOf(out[i]);
    const std::string expected = TextOf(out[i]);
    const std::string found = TextOf(stored_[first + i]);
    if (expected != found) return absl::StrCat("expected ", expected, "\n   found ", found);
    std::string fault = CheckCounterpart(stored_[first + i]);
    if (!fault.empty()) return fault;
  }
  books_ = std::move(next);
  return BrokenInvariant(books_.wallet);
}

absl::Status WalletModel::Try(const Asked& asked, int64_t now_us) const {
  Books books = books_;
  std::vector<LedgerEntry> out;
  Settle(books.wallet, now_us, out);
  Step step{books, asked, {type_.policy, now_us}, nullptr, out, out.size(), {}};
  return Run(step);
}

absl::Status WalletModel::Run(Step& step) const {
  const absl::Status status = std::visit(
      [&](const auto& what) -> absl::Status {
        if constexpr (requires { what.reason; }) step.detail.set_reason(what.reason);
        if constexpr (requires { Do(step, what); }) return Do(step, what);
        return absl::UnimplementedError("a command that the model does not know");
      },
      step.asked.what);
  if (!status.ok()) return status;
  step.detail.set_request_id(step.asked.request_id);
  step.out[step.main].detail = step.detail.SerializeAsString();
  return status;
}

const LedgerEntry* WalletModel::Find(const Step& step, const base::Uuid& entry_id,
                                     v1::EntryKind kind) const {
  const EntryPlace place = PlaceOf(entry_id);
  if (place.wallet_no != type_.wallet_no || place.seq < 1 || place.seq > seq()) return nullptr;
  const LedgerEntry& entry = stored_[static_cast<size_t>(place.seq) - 1];
  const bool fits = kind == v1::ENTRY_KIND_UNSPECIFIED || entry.kind == kind;
  return fits && step.asked.member == owner_ ? &entry : nullptr;
}

OwnLot WalletModel::OwnOf(const Step& step, const LedgerEntry& accrual) const {
  const int64_t now_us = step.moment.now_us;
  const Mark& mark = step.books.marks[accrual.seq];
  OwnLot own{accrual.seq, {accrual.activate_us, accrual.expire_us, GivenBy(accrual) - mark.undone}};
  if (mark.activated) {
    own.lot.activate_us = 0;
    own.lot.expire_us = mark.expire_us;
  } else if (mark.cancelled || (accrual.activate_us < 0 && -accrual.activate_us <= now_us)) {
    own.lot.amount = 0;
    return own;
  } else if (accrual.activate_us > 0 && accrual.activate_us <= now_us) {
    own.lot.activate_us = 0;
  }
  if (own.lot.activate_us != 0) return own;
  for (auto seq = accrual.seq; seq < this->seq(); ++seq) {
    const LedgerEntry& push = stored_[static_cast<size_t>(seq)];
    if (push.kind != v1::ENTRY_KIND_EXTENSION) continue;
    const bool pushed = std::any_of(push.lots.begin(), push.lots.end(), [&](const Lot& lot) {
      return lot.expire_us == own.lot.expire_us;
    });
    if (pushed) own.lot.expire_us = push.expire_us;
  }
  return own;
}

int64_t WalletModel::ExpiredOf(const Step& step, const LedgerEntry& credit) const {
  LotReplay replay([](const LedgerEntry& entry) { return entry.seq; });
  for (size_t i = 0; i < static_cast<size_t>(seq()); ++i) replay.Apply(stored_[i]);
  for (const LedgerEntry& entry : step.out) replay.Apply(entry);
  return replay.ExpiredOf(credit.seq);
}

int64_t WalletModel::ExpiryFromNow(const Step& step) const {
  return ExpiryFrom(RulesOf(type_.policy, {}), step.moment.now_us, Zone());
}

void WalletModel::Slide(Step& step, Policy::Activity activity, int64_t occur_us) const {
  if (!SlidesOn(type_.policy, activity)) return;
  const Push push{.expire_us = ExpiryFrom(RulesOf(type_.policy, {}), occur_us, Zone()),
                  .occur_us = occur_us,
                  .cause_seq = step.out[step.main].seq};
  Extend(step.books.wallet, step.moment, push, step.out);
}

std::string WalletModel::CheckCounterpart(const LedgerEntry& entry) const {
  const auto other = CounterpartOf(entry);
  if (!other) return "";
  const LedgerEntry* found = others_(other->first, other->second);
  if (found == nullptr) return "the other side is missing: " + TextOf(entry);
  const auto back = CounterpartOf(*found);
  const bool fits = back && back->first == owner_ && back->second == entry.seq &&
                    found->active_delta == -entry.active_delta;
  return fits ? "" : absl::StrCat(TextOf(entry), "\n   and its other side ", TextOf(*found));
}

absl::Status WalletModel::Do(Step& step, const PostPoints& post) const {
  Wallet& wallet = step.books.wallet;
  const int64_t occur_us =
      post.occur_time ? absl::ToUnixMicros(*post.occur_time) : step.moment.now_us;
  if (post.earn) {
    LAUREL_ASSIGN_OR_RETURN(const int64_t amount, ApplyCaps(type_.policy, wallet, post.amount, {}));
    step.detail.set_points_over_caps(post.amount - amount);
    LAUREL_RETURN_IF_ERROR(Earn(wallet, step.moment,
                                CreditOf(RulesOf(type_.policy, {}), amount, occur_us, Zone()),
                                step.out));
  } else {
    LAUREL_RETURN_IF_ERROR(Spend(wallet, step.moment, post.amount, occur_us, step.out));
  }
  Slide(step, post.earn ? Policy::ACTIVITY_EARN : Policy::ACTIVITY_SPEND, occur_us);
  return absl::OkStatus();
}

absl::Status WalletModel::Do(Step& step, const RefundSpend& refund) const {
  const LedgerEntry* spend = Find(step, refund.spend_entry_id, v1::ENTRY_KIND_REDEMPTION);
  if (spend == nullptr) return Refuse("SPEND_NOT_FOUND");
  if (std::exchange(step.books.marks[spend->seq].given_back, true)) {
    return Refuse("ALREADY_REFUNDED");
  }
  return Refund(step.books.wallet, step.moment, spend->lots, -spend->active_delta, spend->seq,
                step.out);
}

absl::Status WalletModel::Do(Step& step, const ReservePoints& hold) const {
  LAUREL_RETURN_IF_ERROR(Reserve(step.books.wallet, step.moment, hold.amount, step.out));
  LedgerEntry& entry = step.out[step.main];
  entry.expire_us = step.moment.now_us + absl::ToInt64Microseconds(hold.hold);
  if (step.stored != nullptr) entry.reservation_id = step.stored->reservation_id;
  step.books.holds[entry.reservation_id] = {entry.lots, entry.expire_us};
  return absl::OkStatus();
}

absl::Status WalletModel::Do(Step& step, const EndReservation& end) const {
  const auto found = step.books.holds.find(end.reservation_id);
  if (found == step.books.holds.end()) return Refuse("RESERVATION_NOT_FOUND");
  Hold& hold = found->second;
  const bool over = hold.expire_us <= step.moment.now_us;
  const bool capture = end.how == EndReservation::How::kCapture;
  if (hold.state != v1::RESERVATION_STATE_OPEN || (over && capture)) {
    return Refuse("RESERVATION_ENDED");
  }
  if (!capture) {
    LAUREL_RETURN_IF_ERROR(Release(step.books.wallet, step.moment, hold.lots, step.out));
    const bool expired = end.how == EndReservation::How::kExpire;
    hold.state = expired ? v1::RESERVATION_STATE_EXPIRED : v1::RESERVATION_STATE_RELEASED;
  } else {
    const int64_t held = SumOf(hold.lots);
    const int64_t captured = end.amount == 0 ? held : end.amount;
    if (captured > held) return Refuse("CAPTURE_EXCEEDS_RESERVATION");
    LAUREL_RETURN_IF_ERROR(Capture(step.books.wallet, step.moment, hold.lots, captured, step.out));
    step.detail.set_reserved_delta(held);
    hold.state = v1::RESERVATION_STATE_CAPTURED;
  }
  for (size_t i = step.main; i < step.out.size(); ++i) {
    if (step.out[i].kind == v1::ENTRY_KIND_EXPIRY) continue;
    step.out[i].reservation_id = end.reservation_id;
    step.out[i].expire_us = hold.expire_us;
  }
  if (capture) Slide(step, Policy::ACTIVITY_SPEND, step.moment.now_us);
  return absl::OkStatus();
}

absl::Status WalletModel::Do(Step& step, const AdjustPoints& adjust) const {
  return Adjust(step.books.wallet, step.moment, adjust.delta, ExpiryFromNow(step), step.out);
}

absl::Status WalletModel::Do(Step& step, const TransferPoints& transfer) const {
  Wallet& wallet = step.books.wallet;
  if (step.stored != nullptr) {
    step.detail.set_counterpart_seq(DetailOf(*step.stored).counterpart_seq());
  }
  if (step.asked.member == owner_) {
    step.detail.set_counterpart_member_id(base::EncodeId("mem", transfer.to_member_id));
    return TransferOut(wallet, step.moment, transfer.amount, step.out);
  }
  step.detail.set_counterpart_member_id(base::EncodeId("mem", step.asked.member));
  Lots lots = {{0, ExpiryFromNow(step), transfer.amount}};
  if (type_.policy.transfers() == v1::TRANSFER_POLICY_KEEP_EXPIRY) {
    const LedgerEntry* giver = others_(step.asked.member, step.detail.counterpart_seq());
    if (giver == nullptr) return Refuse("NO_GIVER");
    lots = giver->lots;
  }
  return TransferIn(wallet, step.moment, lots, step.out);
}

absl::Status WalletModel::Do(Step& step, const ClawBackPoints& claw) const {
  const LedgerEntry* accrual = Find(step, claw.accrual_entry_id, v1::ENTRY_KIND_ACCRUAL);
  if (accrual == nullptr) return Refuse("ACCRUAL_NOT_FOUND");
  OwnLot own = OwnOf(step, *accrual);
  const int64_t expired = own.lot.activate_us == 0 ? ExpiredOf(step, *accrual) : 0;
  const int64_t left = std::max<int64_t>(0, own.lot.amount - expired);
  if (left == 0 && own.lot.amount > 0) return Refuse("NOTHING_TO_CLAW_BACK");
  const int64_t wanted = claw.amount == 0 ? left : claw.amount;
  if (wanted > left || left == 0) return Refuse("CLAW_BACK_EXCEEDS_ACCRUAL");
  own.lot.amount = wanted;
  LAUREL_RETURN_IF_ERROR(ClawBack(step.books.wallet, step.moment, own, step.out));
  step.detail.set_points_forgiven(wanted + GivenBy(step.out[step.main]));
  step.books.marks[accrual->seq].undone += wanted;
  return absl::OkStatus();
}

absl::Status WalletModel::Do(Step& step, const ReinstatePoints& reinstate) const {
  const LedgerEntry* expiry = Find(step, reinstate.expiry_entry_id, v1::ENTRY_KIND_EXPIRY);
  if (expiry == nullptr) return Refuse("EXPIRY_NOT_FOUND");
  if (std::exchange(step.books.marks[expiry->seq].given_back, true)) {
    return Refuse("ALREADY_REINSTATED");
  }
  return Reinstate(step.books.wallet, step.moment, *expiry, ExpiryFromNow(step), step.out);
}

absl::Status WalletModel::Do(Step& step, const ExpirePoints& expire) const {
  return Expire(step.books.wallet, step.moment, expire.amount, step.out);
}

absl::Status WalletModel::Do(Step& step, const EndPending& end) const {
  const LedgerEntry* accrual = Find(step, end.accrual_entry_id, v1::ENTRY_KIND_ACCRUAL);
  if (accrual == nullptr) return Refuse("ACCRUAL_NOT_FOUND");
  const OwnLot own = OwnOf(step, *accrual);
  Mark& mark = step.books.marks[accrual->seq];
  if (!end.activate) {
    LAUREL_RETURN_IF_ERROR(Cancel(step.books.wallet, step.moment, own, step.out));
    mark.cancelled = true;
    mark.undone += own.lot.amount;
    return absl::OkStatus();
  }
  const bool waits = accrual->activate_us < 0;  // its expiry clock starts with the event
  mark.expire_us = waits ? ExpiryFromNow(step) : accrual->expire_us;
  mark.activated = true;
  return Activate(step.books.wallet, step.moment, own, mark.expire_us, step.out);
}

absl::Status WalletModel::Do(Step& step, const ReverseEntry& reverse) const {
  int64_t undone_seq = PlaceOf(reverse.entry_id).seq;
  if (step.asked.member != owner_) {  // the other side of a transfer
    const LedgerEntry* theirs = others_(step.asked.member, undone_seq);
    if (theirs == nullptr) return Refuse("ENTRY_NOT_FOUND");
    undone_seq = CounterpartOf(*theirs).value_or(std::pair(base::Uuid{}, 0)).second;
  }
  if (undone_seq < 1 || undone_seq > seq()) return Refuse("ENTRY_NOT_FOUND");
  const LedgerEntry& undone = stored_[static_cast<size_t>(undone_seq) - 1];
  if (std::exchange(step.books.marks[undone_seq].reversed, true)) return Refuse("ALREADY_REVERSED");
  step.detail.set_undone_kind(undone.kind);
  return Undo(step, undone);
}

absl::Status WalletModel::Undo(Step& step, const LedgerEntry& undone) const {
  Mark& mark = step.books.marks[undone.seq];
  switch (undone.kind) {
    case v1::ENTRY_KIND_REDEMPTION:
    case v1::ENTRY_KIND_CAPTURE:
      if (std::exchange(mark.given_back, true)) return Refuse("ALREADY_REFUNDED");
      return GiveBack(step.books.wallet, step.moment, undone, step.out);
    case v1::ENTRY_KIND_ACCRUAL:
      return UndoAccrual(step, undone);
    case v1::ENTRY_KIND_CLAW_BACK:
      return UndoClawBack(step, undone);
    case v1::ENTRY_KIND_EXPIRY:
      if (std::exchange(mark.given_back, true)) return Refuse("ALREADY_REINSTATED");
      return Unexpire(step.books.wallet, step.moment, undone, ExpiryFromNow(step), step.out);
    case v1::ENTRY_KIND_ADJUSTMENT:
    case v1::ENTRY_KIND_TRANSFER_IN:
    case v1::ENTRY_KIND_TRANSFER_OUT:
      if (undone.active_delta > 0) return UndoCredit(step, undone);
      return GiveBack(step.books.wallet, step.moment, undone, step.out);
    default:
      return Refuse("ENTRY_NOT_REVERSIBLE");
  }
}

absl::Status WalletModel::UndoAccrual(Step& step, const LedgerEntry& undone) const {
  const OwnLot own = OwnOf(step, undone);
  if (own.lot.amount != GivenBy(undone)) return Refuse("ENTRY_CORRECTED");
  if (own.lot.activate_us == 0 && ExpiredOf(step, undone) > 0) return Refuse("POINTS_EXPIRED");
  step.books.marks[undone.seq].undone = GivenBy(undone);
  return TakeBack(step.books.wallet, step.moment, undone, {own.lot}, step.out);
}

absl::Status WalletModel::UndoClawBack(Step& step, const LedgerEntry& undone) const {
  Mark& accrual = step.books.marks[undone.refunded_seq];
  const int64_t counted = DetailOf(undone).points_forgiven() - GivenBy(undone);
  const bool ended = undone.pending_delta != 0 && (accrual.activated || accrual.cancelled);
  if (ended || accrual.undone < counted) return Refuse("ENTRY_CORRECTED");
  accrual.undone -= counted;
  return GiveBack(step.books.wallet, step.moment, undone, step.out);
}

absl::Status WalletModel::UndoCredit(Step& step, const LedgerEntry& undone) const {
  if (ExpiredOf(step, undone) > 0) return Refuse("POINTS_EXPIRED");
  return TakeBack(step.books.wallet, step.moment, undone, undone.lots, step.out);
}

}  // namespace laurel::members::testing
