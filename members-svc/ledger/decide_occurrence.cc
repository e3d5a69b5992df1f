#include <utility>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/ledger/decider.h"
#include "members-svc/ledger/events.h"
#include "members-svc/ledger/load_member_facts.h"
#include "members-svc/ledger/load_occurrences.h"
#include "members-svc/store/consent_store.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

absl::StatusOr<Outcome> AnswerOf(const StoredOccurrence& stored) {
  pb::Activity answer;
  LAUREL_CHECK(answer.ParseFromString(stored.content));
  return Outcome(std::move(answer));
}

absl::Status ActivityExists(const StoredOccurrence& stored) {
  return status::Error(absl::StatusCode::kAlreadyExists, "ACTIVITY_EXISTS",
                       "An activity with this key has been recorded with other content.",
                       {{"activity_id", base::EncodeId("act", stored.occurrence_id)}});
}

}  // namespace

base::Uuid OccurrenceKeyOf(const base::Uuid& program_id, const base::Uuid& member_id,
                           std::string_view trigger_key, std::string_view ref) {
  std::string text = "occurrence" + base::ToBytes(program_id) + base::ToBytes(member_id);
  text += trigger_key;
  text += '\0';
  text += ref;
  return base::HashedUuid(text);
}

Command OccurrenceCommand(const base::Uuid& program_id, const base::Uuid& member_id,
                          RecordOccurrence what) {
  Command command;
  command.program_id = program_id;
  command.member_id = member_id;
  command.request_key = OccurrenceKeyOf(program_id, member_id, what.trigger_key, what.ref);
  command.content_hash = base::ToBytes(command.request_key).substr(0, kContentHashBytes);
  command.what = std::move(what);
  return command;
}

absl::StatusOr<std::optional<Outcome>> Decider::KnownOccurrence(
    const RecordOccurrence& what) const {
  const auto same = [this](const StoredOccurrence& stored) {
    return stored.content_hash == command_->content_hash;
  };
  const auto requested = state_.occurrence_of_request.find(command_->request_key);
  if (requested != state_.occurrence_of_request.end()) {
    const StoredOccurrence& stored = state_.occurrences.at(requested->second);
    if (!same(stored)) return idempotency::RequestIdReused();
    return AnswerOf(stored);
  }
  const auto known = state_.occurrences.find(
      OccurrenceKeyOf(command_->program_id, member_id_, what.trigger_key, what.ref));
  if (known == state_.occurrences.end()) return std::nullopt;
  if (!same(known->second)) return ActivityExists(known->second);
  return AnswerOf(known->second);
}

absl::Status Decider::CheckOccurrenceLimit(const RecordOccurrence& what, absl::Time occur) const {
  if (!what.limit) return absl::OkStatus();
  const auto counter =
      state_.counters.find(CounterOfLimit(*what.limit, member_id_, occur, rules_->time_zone));
  if (counter == state_.counters.end() || counter->second.now.orders < what.limit->most) {
    return absl::OkStatus();
  }
  return status::Refused("ACTIVITY_LIMIT_REACHED",
                         "The member has done this as often as it counts in the period.",
                         {{"max_activities", std::to_string(what.limit->most)}});
}

absl::StatusOr<OrderDecision> Decider::EvaluateOccurred(const RecordOccurrence& what,
                                                        absl::Time occur) {
  OrderDecision decision;
  decision.occur_us = absl::ToUnixMicros(occur);
  const ProgramRules* triggered = TriggeredBy(what, *rules_);
  if (triggered == nullptr) return decision;
  const CapCountersOf owners{command_->program_id, member_id_};
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(*triggered, occur)) {
    const auto counter = state_.counters.find(CounterOf(key, owners));
    if (counter != state_.counters.end()) used[key] = counter->second.now;
  }
  const MemberFacts facts = FactsOf(*triggered, member_id_, state_);
  LAUREL_ASSIGN_OR_RETURN(
      Earnings earnings,
      EvaluateOccurrence(*triggered, what.attributes, occur, used, facts, state_.trial_outcomes));
  decision.limit_uses = std::move(earnings.limit_uses);
  AddCredits(*rules_, command_->request_id, std::move(earnings.awards), decision);
  return decision;
}

absl::StatusOr<Outcome> Decider::Run(const RecordOccurrence& what) {
  LAUREL_RETURN_IF_ERROR(what.refusal);
  const bool tried = state_.trial_outcomes != nullptr;
  if (what.needs_consent && !tried &&
      !state_.consents.contains({member_id_, what.activity.activity_type()})) {
    return ConsentRequired();
  }
  const absl::Time now = absl::FromUnixMicros(state_.now_us);
  const absl::Time occur = what.occur_time.value_or(now);
  LAUREL_RETURN_IF_ERROR(
      CheckOccurTime(*rules_, absl::ToUnixMicros(occur), state_.now_us, what.historical));
  LAUREL_RETURN_IF_ERROR(CheckOccurrenceLimit(what, occur));
  LAUREL_ASSIGN_OR_RETURN(OrderDecision decision, EvaluateOccurred(what, occur));
  pb::Activity answer = what.activity;
  answer.set_activity_id(base::EncodeId("act", deps_.ids.Next(now)));
  for (OrderCredit& credit : decision.credits) {
    pb::EntryOccurrence& told = *credit.detail.mutable_occurrence();
    told.set_trigger(what.trigger_key);
    told.set_ref(what.ref);
    told.set_activity_id(answer.activity_id());
  }
  std::vector<Capped> all_capped;
  LAUREL_ASSIGN_OR_RETURN(std::vector<Draft> drafts, DraftCredits(decision, &all_capped));
  answer.set_member_id(base::EncodeId("mem", member_id_));
  answer.set_trigger(what.trigger_key);
  answer.set_store(what.store);
  base::SetTimestamp(occur, answer.mutable_occur_time());
  base::SetTimestamp(now, answer.mutable_create_time());
  if (!answer.activity_type().empty()) AddActivityEvent(deps_.ids, *command_, answer, state_);
  for (Draft& draft : drafts) TakeOver(std::move(draft));
  for (const Capped& capped : all_capped) Count(capped);
  return Outcome(TakeOccurrence(what, std::move(decision), std::move(answer)));
}

pb::Activity Decider::TakeOccurrence(const RecordOccurrence& what, OrderDecision decision,
                                     pb::Activity answer) {
  pb::Order& given = decision.answer;
  answer.mutable_points_earned()->swap(*given.mutable_points_earned());
  answer.mutable_points_over_caps()->swap(*given.mutable_points_over_caps());
  answer.mutable_rule_results()->Swap(given.mutable_rule_results());
  answer.mutable_entry_ids()->Swap(given.mutable_entry_ids());
  CountUses(decision.limit_uses, {command_->program_id, member_id_}, state_);
  if (what.limit) {
    const absl::Time occur = absl::FromUnixMicros(decision.occur_us);
    ++state_.counters[CounterOfLimit(*what.limit, member_id_, occur, rules_->time_zone)].now.orders;
  }
  for (const pb::RuleResult& result : answer.rule_results()) {
    if (!IsGrant(result)) continue;
    state_.grants.push_back({command_->program_id, member_id_, command_->request_key, result});
  }
  StoredOccurrence row{.occurrence_key = OccurrenceKeyOf(command_->program_id, member_id_,
                                                         what.trigger_key, what.ref),
                       .occurrence_id = *base::DecodeId("act", answer.activity_id()),
                       .program_id = command_->program_id,
                       .member_id = member_id_,
                       .trigger_key = what.trigger_key,
                       .ref = what.ref,
                       .create_us = state_.now_us,
                       .occur_us = decision.occur_us,
                       .request_key = command_->request_key,
                       .content_hash = command_->content_hash,
                       .content = answer.SerializeAsString(),
                       .sealed = what.sealed,
                       .is_new = true};
  state_.occurrence_of_request[row.request_key] = row.occurrence_key;
  const base::Uuid key = row.occurrence_key;
  state_.occurrences[key] = std::move(row);
  return answer;
}

}  // namespace laurel::members
