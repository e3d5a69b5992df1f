#include <algorithm>
#include <utility>

#include "lib/auth/caller.h"
#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/domain/caps.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/decider.h"
#include "members-svc/ledger/events.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/ledger/order_decision.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;
using Policy = pb::ExpiryPolicy;

// What people correct, and the end of what has begun, is still taken for a blocked member.
bool AllowedWhenBlocked(const Command& command) {
  const auto* end = std::get_if<EndPending>(&command.what);
  return std::holds_alternative<EndReservation>(command.what) ||
         std::holds_alternative<SettleDue>(command.what) ||
         std::holds_alternative<LeaveHousehold>(command.what) ||
         std::holds_alternative<RefundSpend>(command.what) ||
         std::holds_alternative<AdjustPoints>(command.what) ||
         std::holds_alternative<ClawBackPoints>(command.what) ||
         std::holds_alternative<ReverseEntry>(command.what) ||
         std::holds_alternative<ExpirePoints>(command.what) ||
         std::holds_alternative<ReturnOrder>(command.what) || (end != nullptr && !end->activate);
}

// Earlier releases kept the whole hash.
bool SameContent(std::string_view kept, std::string_view given) { return kept.starts_with(given); }

}  // namespace

absl::StatusOr<Outcome> Decider::Decide(const Command& command, const base::Uuid& member_id) {
  command_ = &command;
  member_id_ = member_id;
  const auto rules = state_.rules.find(command.program_id);
  if (rules == state_.rules.end()) return auth::ProgramNotFound();
  rules_ = rules->second.get();
  const auto member = state_.members.find(member_id);
  // A household is no member, except to the jobs, which know owners only.
  if (member == state_.members.end() || member->second.program_id != command.program_id ||
      (member->second.household && !command.request_key.IsZero())) {
    return auth::MemberNotFound();
  }
  LAUREL_ASSIGN_OR_RETURN(auto known, Known());
  if (known) return *std::move(known);
  if (member->second.blocked && !AllowedWhenBlocked(command)) {
    return status::Refused("MEMBER_BLOCKED", "The member is blocked.");
  }
  return std::visit([this](const auto& what) { return Run(what); }, command.what);
}

absl::StatusOr<std::optional<Outcome>> Decider::Known() const {
  if (command_->request_key.IsZero()) return std::nullopt;
  if (const auto* what = std::get_if<RecordOccurrence>(&command_->what)) {
    return KnownOccurrence(*what);
  }
  if (const WrittenEntry* entry = EntryOf(command_->request_key)) {
    const WrittenEntry& written = *entry;
    if (!SameContent(written.entry.content_hash, command_->content_hash)) {
      return idempotency::RequestIdReused();
    }
    return OutcomeOf(written.wallet, CodeOf(written.wallet.wallet_no), written.entry);
  }
  const auto returned = state_.returns_by_key.find(command_->request_key);
  if (returned != state_.returns_by_key.end()) {
    if (!SameContent(returned->second.content_hash, command_->content_hash)) {
      return idempotency::RequestIdReused();
    }
    pb::OrderReturn answer;
    LAUREL_CHECK(answer.ParseFromString(returned->second.content));
    return Outcome(std::move(answer));
  }
  const auto order = state_.orders_by_key.find(command_->request_key);
  if (order == state_.orders_by_key.end()) return std::nullopt;
  if (!SameContent(order->second.content_hash, command_->content_hash)) {
    return idempotency::RequestIdReused();
  }
  pb::Order answer;
  LAUREL_CHECK(answer.ParseFromString(order->second.content));
  return Outcome(std::move(answer));
}

const WrittenEntry* Decider::EntryOf(const base::Uuid& key) const {
  const auto loaded = state_.entries_by_key.find(key);
  if (loaded != state_.entries_by_key.end()) return &loaded->second;
  const auto decided = state_.entry_of_key.find(key);
  return decided == state_.entry_of_key.end() ? nullptr : &state_.entries[decided->second];
}

std::string Decider::CodeOf(int wallet_no) const {
  const WalletTypeRules* type = rules_->WalletTypeByNumber(wallet_no);
  return type == nullptr ? "" : type->policy.code();
}

absl::StatusOr<const WalletTypeRules*> Decider::TypeOf(const std::string& code) const {
  const WalletTypeRules* type = rules_->FindWalletType(code);
  if (type == nullptr) return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
  return type;
}

absl::StatusOr<int64_t> Decider::OccurUs(const std::optional<absl::Time>& occur) const {
  if (!occur) return state_.now_us;
  const int64_t occur_us = absl::ToUnixMicros(*occur);
  LAUREL_RETURN_IF_ERROR(CheckOccurTime(*rules_, occur_us, state_.now_us, false));
  return occur_us;
}

Decider::Draft Decider::Open(const base::Uuid& owner, int wallet_no, const base::Uuid& member) {
  WalletState* head = state_.wallets.at({owner, wallet_no}).get();
  Draft draft{head, head->wallet, {}, 0, member};
  Settle(draft.wallet, state_.now_us, draft.entries);
  draft.main = draft.entries.size();
  return draft;
}

const WrittenEntry& Decider::Accept(Draft draft, bool with_key) {
  LedgerEntry& main = draft.entries[draft.main];
  if (with_key && !command_->request_key.IsZero()) {
    main.request_key = command_->request_key;
    main.content_hash = command_->content_hash;
  }
  const size_t main_index = state_.entries.size() + draft.main;
  TakeOver(std::move(draft));
  const WrittenEntry& written = state_.entries[main_index];
  if (with_key && !command_->request_key.IsZero()) {
    state_.entry_of_key[command_->request_key] = main_index;
  }
  return written;
}

void Decider::TakeOver(Draft draft) {
  const WalletTypeRules* type = rules_->WalletTypeByNumber(draft.state->id.wallet_no);
  JoinLots(draft.wallet, {type->policy, state_.now_us}, draft.entries);
  const base::Uuid& owner = draft.state->id.owner_id;
  const bool pool = state_.members.at(owner).household;
  for (LedgerEntry& entry : draft.entries) {
    const base::Uuid acting = pool ? ActingIn(draft, entry) : owner;
    if (pool) {
      pb::Entry more;
      more.set_household_id(base::EncodeId("hsh", owner));
      if (!acting.IsZero()) more.set_member_id(base::EncodeId("mem", acting));
      entry.detail += more.SerializeAsString();  // parses as one message
    }
    entry.hash = ChainHash(draft.wallet.hash, draft.state->id, entry);
    draft.wallet.hash = entry.hash;
    state_.entries.push_back({draft.state->id, draft.state->bucket, std::move(entry)});
    AddEvents(deps_.ids, *command_, *rules_, state_.entries.back(), acting, state_);
  }
  draft.state->wallet = std::move(draft.wallet);
}

pb::Entry Decider::DetailOf(const std::string& reason, const std::string& actor) const {
  pb::Entry detail;
  detail.set_request_id(command_->request_id);
  detail.set_reason(reason);
  detail.set_actor(actor);
  return detail;
}

const WrittenEntry* Decider::Referred(const base::Uuid& entry_id, int wallet_no,
                                      pb::EntryKind kind) const {
  const EntryPlace place = PlaceOf(entry_id);
  if (place.wallet_no != wallet_no) return nullptr;
  for (const base::Uuid& owner : state_.OwnersOf(member_id_)) {
    const auto found = state_.referred.find({owner, wallet_no, place.seq});
    if (found == state_.referred.end()) continue;
    const LedgerEntry& entry = found->second.entry;
    const bool same = EntryIdOf(owner, wallet_no, entry.create_us, place.seq) == entry_id;
    if (same && (kind == pb::ENTRY_KIND_UNSPECIFIED || entry.kind == kind)) return &found->second;
  }
  return nullptr;
}

absl::StatusOr<Capped> Decider::LetInBy(const WalletTypeRules& type, const Wallet& wallet,
                                        int64_t amount, int64_t occur_us) const {
  return CapAccrual(type, {command_->program_id, member_id_},
                    {.wallet = wallet,
                     .amount = amount,
                     .occur = absl::FromUnixMicros(occur_us),
                     .zone = rules_->time_zone},
                    [this](const CounterKey& key) {
                      const auto counter = state_.counters.find(key);
                      return counter == state_.counters.end() ? 0 : counter->second.now.points;
                    });
}

void Decider::Count(const Capped& capped) {
  for (const CounterKey& key : capped.counters) {
    state_.counters[key].now.points += capped.amount;
  }
}

absl::StatusOr<Outcome> Decider::Run(const PostPoints& post) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(post.wallet_type));
  LAUREL_ASSIGN_OR_RETURN(const int64_t occur_us, OccurUs(post.occur_time));
  Draft draft = Open(type->wallet_no);
  const Moment moment{type->policy, state_.now_us};
  pb::Entry detail = DetailOf(post.reason);
  Capped capped;
  if (post.earn) {
    LAUREL_ASSIGN_OR_RETURN(capped, LetInBy(*type, draft.wallet, post.amount, occur_us));
    detail.set_points_over_caps(post.amount - capped.amount);
    detail.mutable_cap_cuts()->Assign(capped.cuts.begin(), capped.cuts.end());
    LAUREL_RETURN_IF_ERROR(
        Earn(draft.wallet, moment,
             CreditOf(RulesOf(type->policy, {}), capped.amount, occur_us, rules_->time_zone),
             draft.entries));
  } else {
    LAUREL_ASSIGN_OR_RETURN(capped, WithinPoolLimit(*type, post.amount));
    LAUREL_RETURN_IF_ERROR(Spend(draft.wallet, moment, post.amount, occur_us, draft.entries));
  }
  draft.entries[draft.main].detail = detail.SerializeAsString();
  Slide(draft, type->policy, post.earn ? Policy::ACTIVITY_EARN : Policy::ACTIVITY_SPEND,
        {.occur_us = occur_us, .cause_seq = draft.entries[draft.main].seq});
  Count(capped);
  const WrittenEntry& written = Accept(std::move(draft));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const RefundSpend& refund) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(refund.wallet_type));
  const WrittenEntry* written_spend =
      Referred(refund.spend_entry_id, type->wallet_no, pb::ENTRY_KIND_REDEMPTION);
  if (written_spend == nullptr) {
    return status::NotFound("SPEND_NOT_FOUND", "No such redemption of points.");
  }
  const LedgerEntry& spend = written_spend->entry;
  const EntryKey key{written_spend->wallet.owner_id, type->wallet_no, spend.seq};
  if (state_.refunded.contains(key)) {
    return status::Refused("ALREADY_REFUNDED", "These points have been given back.");
  }
  Draft draft = OpenOf(*written_spend);
  // What returns of the order that it paid for have left of it.
  const auto mark = state_.marks.find(key);
  const int64_t before = mark == state_.marks.end() ? 0 : mark->second.undone;
  const int64_t left = SpentBy(spend) - before;
  if (left == 0) return status::Refused("ALREADY_REFUNDED", "These points have been given back.");
  LAUREL_RETURN_IF_ERROR(Refund(draft.wallet, {type->policy, state_.now_us},
                                LotsOfRefund(spend, before, left), left, spend.seq, draft.entries));
  draft.entries[draft.main].detail = Detail(refund.reason);
  const WrittenEntry& written = Accept(std::move(draft));
  state_.refunded[key] = written.entry.seq;
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const ReservePoints& hold) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(hold.wallet_type));
  LAUREL_ASSIGN_OR_RETURN(const Capped limited, WithinPoolLimit(*type, hold.amount));
  Draft draft = Open(type->wallet_no);
  LAUREL_RETURN_IF_ERROR(
      Reserve(draft.wallet, {type->policy, state_.now_us}, hold.amount, draft.entries));
  LedgerEntry& entry = draft.entries[draft.main];
  entry.reservation_id = deps_.ids.Next(absl::FromUnixMicros(state_.now_us));
  entry.expire_us = state_.now_us + absl::ToInt64Microseconds(hold.hold);
  entry.detail = Detail("");
  state_.reservations[entry.reservation_id] = {.reservation_id = entry.reservation_id,
                                               .program_id = command_->program_id,
                                               .owner_id = draft.state->id.owner_id,
                                               .wallet_no = type->wallet_no,
                                               .amount = hold.amount,
                                               .lots = entry.lots,
                                               .create_us = state_.now_us,
                                               .expire_us = entry.expire_us,
                                               .is_new = true};
  Count(limited);
  const WrittenEntry& written = Accept(std::move(draft));
  return OutcomeOf(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const EndReservation& end) {
  const auto found = state_.reservations.find(end.reservation_id);
  const auto owners = state_.OwnersOf(member_id_);
  if (found == state_.reservations.end() || found->second.program_id != command_->program_id ||
      std::find(owners.begin(), owners.end(), found->second.owner_id) == owners.end()) {
    return status::NotFound("RESERVATION_NOT_FOUND", "No such reservation.");
  }
  ReservationState& held = found->second;
  const bool expired = held.expire_us <= state_.now_us;
  if (held.state != pb::RESERVATION_STATE_OPEN ||
      (expired && end.how == EndReservation::How::kCapture)) {
    return status::Refused("RESERVATION_ENDED", "The reservation has ended.");
  }
  const bool capture = end.how == EndReservation::How::kCapture;
  const int64_t captured = !capture ? 0 : end.amount == 0 ? held.amount : end.amount;
  if (captured > held.amount) {
    return status::Refused("CAPTURE_EXCEEDS_RESERVATION", "More than the reservation holds.");
  }
  const WalletTypeRules* type = rules_->WalletTypeByNumber(held.wallet_no);
  LAUREL_CHECK(type != nullptr);
  Draft draft = Open(held.owner_id, held.wallet_no, member_id_);
  const Moment moment{type->policy, state_.now_us};
  LAUREL_RETURN_IF_ERROR(capture ? Capture(draft.wallet, moment, held.lots, captured, draft.entries)
                                 : Release(draft.wallet, moment, held.lots, draft.entries));
  for (size_t i = draft.main; i < draft.entries.size(); ++i) {
    if (draft.entries[i].kind == pb::ENTRY_KIND_EXPIRY) continue;
    draft.entries[i].reservation_id = held.reservation_id;
    draft.entries[i].expire_us = held.expire_us;
  }
  pb::Entry detail;
  detail.set_request_id(command_->request_id);
  if (capture) detail.set_reserved_delta(held.amount);  // what answers.cc tells as the amount
  draft.entries[draft.main].detail = detail.SerializeAsString();
  if (capture) {
    Slide(draft, type->policy, Policy::ACTIVITY_SPEND,
          {.occur_us = state_.now_us, .cause_seq = draft.entries[draft.main].seq});
  }
  held.state = capture                                   ? pb::RESERVATION_STATE_CAPTURED
               : end.how == EndReservation::How::kExpire ? pb::RESERVATION_STATE_EXPIRED
                                                         : pb::RESERVATION_STATE_RELEASED;
  held.captured_amount = captured;
  held.end_us = state_.now_us;
  held.ended_now = true;
  const WrittenEntry& written = Accept(std::move(draft));
  return OutcomeOf(written.wallet, type->policy.code(), written.entry);
}

absl::StatusOr<Outcome> Decider::Run(const SettleDue& settle) {
  TakeOver(Open(member_id_, settle.wallet_no, {}));
  return Outcome();
}

absl::StatusOr<Outcome> Decider::Run(const RecordOrder& record) {
  // A twin that found another member has recorded it meanwhile: sent again, it is found.
  if (record.request->has_customer() && state_.order_directory.contains(command_->request_key)) {
    return DatabaseUnavailable();
  }
  LAUREL_ASSIGN_OR_RETURN(OrderDecision decision,
                          DecideOrder(*rules_, record, member_id_, deps_.ids, state_));
  LAUREL_RETURN_IF_ERROR(TieSpends(record, decision));
  decision.answer.set_state(pb::ORDER_STATE_RECORDED);
  std::vector<Capped> all_capped;
  LAUREL_ASSIGN_OR_RETURN(std::vector<Draft> drafts, DraftCredits(decision, &all_capped));
  for (const WalletTypeRules& type : rules_->wallet_types) {
    if (!SlidesOn(type.policy, Policy::ACTIVITY_ORDER)) continue;
    auto draft = std::find_if(drafts.begin(), drafts.end(), [&](const Draft& other) {
      return other.state->id.wallet_no == type.wallet_no;
    });
    if (draft == drafts.end()) draft = drafts.insert(draft, Open(type.wallet_no));
    Slide(*draft, type.policy, Policy::ACTIVITY_ORDER,
          {.occur_us = decision.occur_us, .order_id = decision.order_id});
  }
  TakeSpends(decision);
  AddOrderEvent(deps_.ids, *command_, *rules_, decision.answer, state_);
  for (Draft& draft : drafts) TakeOver(std::move(draft));
  for (const Capped& capped : all_capped) Count(capped);
  return Outcome(TakeOrder(std::move(decision), *command_, member_id_, state_));
}

absl::StatusOr<std::vector<Decider::Draft>> Decider::DraftCredits(OrderDecision& decision,
                                                                  std::vector<Capped>* capped) {
  // All wallets are drafted before any is taken over: an overflow in one refuses the order.
  std::vector<Draft> drafts;
  for (size_t i = 0; i < decision.credits.size();) {
    std::vector<OrderCredit*> credits;  // of one wallet
    const int wallet_no = decision.credits[i].wallet_no;
    for (; i < decision.credits.size() && decision.credits[i].wallet_no == wallet_no; ++i) {
      credits.push_back(&decision.credits[i]);
    }
    drafts.push_back(Open(wallet_no));
    LAUREL_ASSIGN_OR_RETURN(Capped let_in, Credit(drafts.back(), credits, decision));
    capped->push_back(std::move(let_in));
  }
  return drafts;
}

absl::StatusOr<Capped> Decider::Credit(Draft& draft, const std::vector<OrderCredit*>& credits,
                                       OrderDecision& decision) const {
  const WalletTypeRules* type = rules_->WalletTypeByNumber(draft.state->id.wallet_no);
  int64_t points = 0;
  for (const OrderCredit* credit : credits) points += credit->points;
  auto capped = LetInBy(*type, draft.wallet, points, decision.occur_us);
  // A cap that refuses refuses the points, not the order.
  if (!capped.ok()) capped = Capped{};
  LetIn(type->policy, {capped->amount, capped->cuts}, credits, decision.answer);
  if (capped->amount == 0) return capped;
  int64_t seq = 0;
  for (OrderCredit* credit : credits) {
    if (credit->points == 0) continue;
    const size_t at = draft.entries.size();
    LAUREL_RETURN_IF_ERROR(Earn(draft.wallet, {type->policy, state_.now_us},
                                CreditOf(LotRulesOf(type->policy, credit->detail), credit->points,
                                         decision.occur_us, rules_->time_zone),
                                draft.entries));
    LedgerEntry& entry = draft.entries[at];
    entry.order_id = decision.order_id;
    entry.detail = EntryDetailOf(*credit, decision.answer);
    seq = entry.seq;
    const WalletId& wallet = draft.state->id;
    decision.answer.add_entry_ids(base::EncodeId(
        "ent", EntryIdOf(wallet.owner_id, wallet.wallet_no, entry.create_us, entry.seq)));
  }
  Slide(draft, type->policy, Policy::ACTIVITY_EARN,
        {.occur_us = decision.occur_us, .cause_seq = seq, .order_id = decision.order_id});
  return capped;
}

void Decider::Slide(Draft& draft, const pb::WalletType& policy, Policy::Activity activity,
                    Push push) const {
  if (!SlidesOn(policy, activity)) return;
  push.expire_us = ExpiryFrom(RulesOf(policy, {}), push.occur_us, rules_->time_zone);
  Extend(draft.wallet, {policy, state_.now_us}, push, draft.entries);
}

void DecideAll(const AttemptDeps& deps, const std::vector<Command>& commands, BatchState& state) {
  state.outcomes.reserve(commands.size());
  Decider decider(deps, state);
  for (size_t i = 0; i < commands.size(); ++i) {
    state.outcomes.push_back(decider.Decide(commands[i], state.member_ids[i]));
  }
}

}  // namespace laurel::members
