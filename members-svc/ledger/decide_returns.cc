#include <algorithm>
#include <map>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/domain/order_return.h"
#include "members-svc/domain/return_counters.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/decider.h"
#include "members-svc/ledger/events.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

std::string IdOf(const WrittenEntry& written) {
  return base::EncodeId("ent", EntryIdOf(written.wallet.owner_id, written.wallet.wallet_no,
                                         written.entry.create_us, written.entry.seq));
}

void AddNotMoved(pb::NotMovedReason reason, int64_t points, pb::ReturnedEntry& item) {
  if (points == 0) return;
  pb::NotMoved* not_moved = item.add_not_moved();
  not_moved->set_reason(reason);
  not_moved->set_points(points);
}

}  // namespace

// What a return has come to so far; nothing of it is in the batch before it has succeeded.
struct Decider::Returning {
  const ReturnOrder& back;
  int64_t occur_us = 0;
  LinesReturned before = {};
  LinesReturned after = {};
  std::map<std::string, int64_t> due_before = {};      // by earlier returns, per entry of the order
  std::map<std::string, int64_t> expired_before = {};  // as they said, of that
  std::vector<Draft> drafts = {};
  std::map<EntryKey, EntryMark> marks = {};
  std::map<int, int64_t> earned_back = {};  // per wallet number
  pb::OrderReturn answer = {};

  // How much of what an entry's points are, `by_line`, this return is about.
  int64_t DueOf(const std::string& entry_id, const std::vector<int64_t>& by_line) const {
    const auto before_this = due_before.find(entry_id);
    const int64_t earlier = before_this == due_before.end() ? 0 : before_this->second;
    return std::max<int64_t>(0, ReturnedOf(*back.order, answer.mode(), after, by_line) - earlier);
  }
  pb::ReturnedEntry& AddEntry(const std::string& entry_id, const std::string& wallet_type,
                              int64_t due) {
    pb::ReturnedEntry& item = *answer.add_entries();
    item.set_entry_id(entry_id);
    item.set_wallet_type(wallet_type);
    item.set_points_due(due);
    return item;
  }
};

absl::StatusOr<Decider::Returning> Decider::BeginReturn(const ReturnOrder& back) const {
  Returning now{.back = back};
  LAUREL_ASSIGN_OR_RETURN(now.occur_us,
                          ReturnTime(*rules_, *back.order, back.occur_time, state_.now_us));
  const std::vector<pb::OrderReturn>& returns = state_.orders_to_return.at(back.order_id).returns;
  // The first return of an order says how its points lie on all of them.
  now.answer.set_mode(returns.empty() ? rules_->return_mode : returns.back().mode());
  now.answer.set_number(static_cast<int32_t>(returns.size()) + 1);
  now.before = returns.empty() ? LinesReturned(static_cast<size_t>(back.order->lines_size()))
                               : LinesReturnedOf(*back.order, returns.back().returned_lines());
  LAUREL_ASSIGN_OR_RETURN(now.after, AddReturn(*back.order, now.before, back.lines));
  for (const pb::OrderReturn& earlier : returns) {
    for (const pb::ReturnedEntry& item : earlier.entries()) {
      now.due_before[item.entry_id()] += item.points_due();
      for (const pb::NotMoved& part : item.not_moved()) {
        const bool expired = part.reason() == pb::NOT_MOVED_REASON_EXPIRED;
        if (expired) now.expired_before[item.entry_id()] += part.points();
      }
    }
  }
  return now;
}

Decider::Draft& Decider::DraftOf(Returning& now, const WrittenEntry& entry) {
  for (Draft& draft : now.drafts) {
    const WalletId& wallet = draft.state->id;
    if (wallet.owner_id == entry.wallet.owner_id && wallet.wallet_no == entry.wallet.wallet_no) {
      return draft;
    }
  }
  return now.drafts.emplace_back(OpenOf(entry));
}

// Says in the draft's entry `at` what it is of; its id.
void Decider::SignReturn(const Returning& now, Draft& draft, size_t at, pb::ReturnedEntry& item) {
  LedgerEntry& entry = draft.entries[at];
  entry.order_id = now.back.order_id;
  entry.occur_us = now.occur_us;
  entry.detail = DetailOf(now.back.reason, now.back.actor).SerializeAsString();
  item.set_moved_by_entry_id(IdOf({draft.state->id, draft.state->bucket, entry}));
}

absl::Status Decider::GiveBackSpent(Returning& now, const EntryKey& redemption) {
  const WrittenEntry& written = state_.referred.at(redemption);
  const LedgerEntry& spend = written.entry;
  const WalletTypeRules* type = rules_->WalletTypeByNumber(written.wallet.wallet_no);
  const int64_t due = now.DueOf(IdOf(written), ByAmount(*now.back.order, SpentBy(spend)));
  if (due == 0) return absl::OkStatus();
  pb::ReturnedEntry& item = now.AddEntry(IdOf(written), type->policy.code(), due);
  item.set_refund(true);
  const auto known = state_.marks.find(redemption);
  EntryMark mark = known == state_.marks.end() ? EntryMark{} : known->second;
  const bool gone = state_.refunded.contains(redemption);
  const int64_t moved = gone ? 0 : std::min(due, SpentBy(spend) - mark.undone);
  AddNotMoved(pb::NOT_MOVED_REASON_CORRECTED, due - moved, item);
  item.set_points_moved(moved);
  if (moved == 0) return absl::OkStatus();
  Draft& draft = DraftOf(now, written);
  const size_t at = draft.entries.size();
  LAUREL_RETURN_IF_ERROR(Refund(draft.wallet, {type->policy, state_.now_us},
                                LotsOfRefund(spend, mark.undone, moved), moved, spend.seq,
                                draft.entries));
  SignReturn(now, draft, at, item);
  mark.undone += moved;
  mark.changed = true;
  now.marks[redemption] = mark;
  return absl::OkStatus();
}

absl::Status Decider::TakeBackEarned(Returning& now, const EntryKey& accrual_key) {
  const WrittenEntry& written = state_.referred.at(accrual_key);
  const LedgerEntry& given = written.entry;
  const WalletTypeRules* type = rules_->WalletTypeByNumber(written.wallet.wallet_no);
  pb::Entry detail;
  LAUREL_CHECK(detail.ParseFromString(given.detail));
  const int64_t due =
      now.DueOf(IdOf(written),
                EarnedByLine(*now.back.order, detail, given.active_delta + given.pending_delta));
  if (due == 0) return absl::OkStatus();
  now.earned_back[type->wallet_no] += due;
  pb::ReturnedEntry& item = now.AddEntry(IdOf(written), type->policy.code(), due);
  Draft& draft = DraftOf(now, written);
  Accrual accrual = AccrualOf(given, draft);
  // What was taken back, cancelled or has expired since is not taken again.
  int64_t& left = accrual.own.lot.amount;
  const int64_t expired = std::min(accrual.expired, left);
  const int64_t wanted = std::min(due, left - expired);
  // Of what has expired, what no earlier return has named.
  const int64_t unnamed = std::max<int64_t>(0, expired - now.expired_before[IdOf(written)]);
  const int64_t not_there = std::min(due - wanted, unnamed);
  AddNotMoved(pb::NOT_MOVED_REASON_EXPIRED, not_there, item);
  AddNotMoved(pb::NOT_MOVED_REASON_CORRECTED, due - wanted - not_there, item);
  left = wanted;
  left = Takeable(draft.wallet, type->policy, accrual.own);
  AddNotMoved(pb::NOT_MOVED_REASON_POLICY, wanted - left, item);
  item.set_points_moved(left);
  if (left == 0) return absl::OkStatus();
  const size_t at = draft.entries.size();
  LAUREL_RETURN_IF_ERROR(
      ClawBack(draft.wallet, {type->policy, state_.now_us}, accrual.own, draft.entries));
  SignReturn(now, draft, at, item);
  accrual.mark.undone += left;
  accrual.mark.changed = true;
  now.marks[accrual_key] = accrual.mark;
  return absl::OkStatus();
}

void Decider::GiveCountersBack(const Returning& now) {
  const pb::Order& order = *now.back.order;
  const CapCountersOf of{command_->program_id, member_id_};
  const auto give = [this](const CounterKey& key, const LimitUse& use) {
    TakeBack(key.second, use, [&](const LimitKey& limit) -> LimitUse* {
      const auto counter = state_.counters.find({key.first, limit});
      return counter == state_.counters.end() ? nullptr : &counter->second.now;
    });
  };
  for (const CounterUse& use : CounterUsesOf(order, of)) {
    give(use.key, GivenBack(order, use, {now.answer.mode(), now.before, now.after}));
  }
  for (const auto& [wallet_no, points] : now.earned_back) {
    const WalletTypeRules* type = rules_->WalletTypeByNumber(wallet_no);
    for (const CounterKey& key :
         CapCountersFor(*type, of, base::FromTimestamp(order.occur_time()), rules_->time_zone)) {
      give(key, {.points = points, .orders = 0, .amount = 0});
    }
  }
}

pb::OrderReturn Decider::FinishReturn(Returning now) {
  const pb::Order& order = *now.back.order;
  pb::OrderReturn& answer = now.answer;
  const absl::Time recorded = absl::FromUnixMicros(state_.now_us);
  answer.set_return_id(base::EncodeId("ret", deps_.ids.Next(recorded)));
  answer.set_order_id(base::EncodeId("ord", now.back.order_id));
  answer.set_member_id(base::EncodeId("mem", member_id_));
  TellReturned(order, now.before, now.after, &answer);
  for (const pb::ReturnedEntry& item : answer.entries()) {
    pb::ReturnedPoints& points = (*answer.mutable_points())[item.wallet_type()];
    if (item.refund()) points.set_refunded(points.refunded() + item.points_moved());
    if (!item.refund()) points.set_clawed_back(points.clawed_back() + item.points_moved());
    points.set_not_moved(points.not_moved() + item.points_due() - item.points_moved());
  }
  answer.set_order_state(now.back.cancels         ? pb::ORDER_STATE_CANCELLED
                         : AllReturned(now.after) ? pb::ORDER_STATE_RETURNED
                                                  : pb::ORDER_STATE_PARTLY_RETURNED);
  base::SetTimestamp(absl::FromUnixMicros(now.occur_us), answer.mutable_occur_time());
  base::SetTimestamp(recorded, answer.mutable_create_time());
  answer.set_reason(now.back.reason);
  answer.set_actor(now.back.actor);
  return std::move(answer);
}

absl::StatusOr<Outcome> Decider::Run(const ReturnOrder& back) {
  LAUREL_ASSIGN_OR_RETURN(Returning now, BeginReturn(back));
  OrderToReturn& order = state_.orders_to_return.at(back.order_id);
  // What was spent comes back before anything is taken: it may be what is taken.
  for (const EntryKey& key : order.redemptions) {
    LAUREL_RETURN_IF_ERROR(GiveBackSpent(now, key));
  }
  for (const EntryKey& key : order.accruals) LAUREL_RETURN_IF_ERROR(TakeBackEarned(now, key));
  GiveCountersBack(now);
  for (const auto& [key, mark] : now.marks) state_.marks[key] = mark;
  std::vector<Draft> drafts = std::move(now.drafts);
  const int64_t occur_us = now.occur_us;
  pb::OrderReturn answer = FinishReturn(std::move(now));
  AddReturnEvent(deps_.ids, *command_, *back.order, answer, state_);
  for (Draft& draft : drafts) TakeOver(std::move(draft));
  StoredReturn row{.order_id = back.order_id,
                   .return_no = answer.number(),
                   .program_id = command_->program_id,
                   .member_id = member_id_,
                   .create_us = state_.now_us,
                   .occur_us = occur_us,
                   .request_key = command_->request_key,
                   .content_hash = command_->content_hash,
                   .content = answer.SerializeAsString()};
  state_.returns_by_key[command_->request_key] = row;
  state_.new_returns.push_back(std::move(row));
  order.returns.push_back(answer);
  return Outcome(std::move(answer));
}

absl::Status Decider::TieSpends(const RecordOrder& record, OrderDecision& decision) {
  for (const std::string& id : record.request->spend_entry_ids()) {
    const auto entry_id = base::DecodeId("ent", id);
    const WrittenEntry* spend =
        entry_id ? Referred(*entry_id, PlaceOf(*entry_id).wallet_no, pb::ENTRY_KIND_UNSPECIFIED)
                 : nullptr;
    if (spend == nullptr || (spend->entry.kind != pb::ENTRY_KIND_REDEMPTION &&
                             spend->entry.kind != pb::ENTRY_KIND_CAPTURE)) {
      return status::NotFound("SPEND_NOT_FOUND", "No such redemption of points.");
    }
    const base::Uuid key = SpendDirectoryKey(command_->program_id, *entry_id);
    const auto tied = state_.order_directory.find(key);
    const bool twice = std::count(decision.answer.spend_entry_ids().begin(),
                                  decision.answer.spend_entry_ids().end(), id) > 0;
    if (tied != state_.order_directory.end() || twice) {
      return status::Refused("SPEND_OF_ANOTHER_ORDER",
                             "The redemption has paid for another order, or stands twice.");
    }
    decision.answer.add_spend_entry_ids(id);
  }
  return absl::OkStatus();
}

void Decider::TakeSpends(const OrderDecision& decision) {
  for (const std::string& id : decision.answer.spend_entry_ids()) {
    const base::Uuid key = SpendDirectoryKey(command_->program_id, *base::DecodeId("ent", id));
    state_.order_directory[key] = decision.order_id;
    state_.order_spends.push_back({key, command_->program_id, decision.order_id});
  }
}

}  // namespace laurel::members
