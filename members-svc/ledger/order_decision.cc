#include "members-svc/ledger/order_decision.h"

#include <algorithm>
#include <map>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/measure.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/ledger/load_member_facts.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

constexpr int64_t kMinuteUs = 60 * 1000000LL;
constexpr int64_t kDayUs = 86400LL * 1000000;

absl::StatusOr<int64_t> TotalOf(const pb::RecordOrderRequest& request) {
  int64_t total = 0;
  for (const auto& line : request.lines()) {
    const auto sum = money::Add(total, line.amount_minor_units());
    if (!sum) {
      return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                           "The order's total cannot be counted.");
    }
    total = *sum;
  }
  return total;
}

// What a multiplier that takes points away leaves below zero is made good by the largest credit of
// the wallet: its lot then holds both. The sum of all is never below zero.
void MergeNegative(std::vector<OrderCredit>& credits) {
  const auto by_points = [](const OrderCredit& a, const OrderCredit& b) {
    return a.points < b.points;
  };
  while (credits.size() > 1) {
    const auto least = std::min_element(credits.begin(), credits.end(), by_points);
    if (least->points >= 0) return;
    const auto most = std::max_element(credits.begin(), credits.end(), by_points);
    most->points += least->points;
    most->results.insert(most->results.end(), least->results.begin(), least->results.end());
    credits.erase(least);
  }
}

// Nobody else has recorded this external id, or attached or cancelled this order.
absl::Status CheckFree(const base::Uuid& program_id, const RecordOrder& record,
                       const BatchState& state) {
  const base::Uuid key = DirectoryKeyOf(program_id, record);
  const auto taken = key.IsZero() ? state.order_directory.end() : state.order_directory.find(key);
  if (record.unmatched_id.IsZero()) {
    return taken == state.order_directory.end() ? absl::OkStatus() : OrderExists(taken->second);
  }
  if (taken != state.order_directory.end()) {
    return taken->second == record.unmatched_id ? OrderCancelled() : OrderAttached(taken->second);
  }
  if (state.now_us <= record.attach_until_us) return absl::OkStatus();
  return status::Refused("ATTACH_WINDOW_PASSED",
                         "The order is too old to be attached to a member.");
}

}  // namespace

void AddCredits(const ProgramRules& rules, const std::string& request_id, std::vector<Award> awards,
                OrderDecision& decision) {
  std::map<int, std::vector<OrderCredit>> by_wallet;
  decision.answer.mutable_rule_results()->Reserve(static_cast<int>(awards.size()));
  for (Award& award : awards) {
    const int place = decision.answer.rule_results_size();
    pb::RuleResult& result = *decision.answer.add_rule_results();
    result = std::move(award.result);
    if (IsGrant(result)) continue;  // no part of any entry
    std::vector<OrderCredit>& credits = by_wallet[award.wallet_no];
    const std::string policy = award.lots == nullptr ? "" : award.lots->SerializeAsString();
    auto credit = std::find_if(credits.begin(), credits.end(), [&](const OrderCredit& other) {
      return other.detail.has_lot_policy() ? other.detail.lot_policy().SerializeAsString() == policy
                                           : policy.empty();
    });
    if (credit == credits.end()) {
      credit = credits.insert(
          credit, {.wallet_no = award.wallet_no, .points = 0, .detail = {}, .results = {}});
      credit->detail.set_request_id(request_id);
      if (!policy.empty()) *credit->detail.mutable_lot_policy() = *award.lots;
    }
    credit->points += result.points();
    credit->results.push_back(place);
  }
  for (auto& [wallet_no, credits] : by_wallet) {
    MergeNegative(credits);
    int64_t points = 0;
    for (OrderCredit& credit : credits) {
      points += credit.points;
      if (credit.points > 0) decision.credits.push_back(std::move(credit));
    }
    if (points == 0) continue;
    const WalletTypeRules* type = rules.WalletTypeByNumber(wallet_no);
    (*decision.answer.mutable_points_earned())[type->policy.code()] = points;
  }
}

std::string EntryDetailOf(OrderCredit& credit, pb::Order& answer) {
  // Lent, since a copy of all results costs more than their evaluation.
  auto& results = *credit.detail.mutable_rule_results();
  for (const int place : credit.results) {
    results.UnsafeArenaAddAllocated(answer.mutable_rule_results(place));
  }
  std::string detail = credit.detail.SerializeAsString();
  while (!results.empty()) results.UnsafeArenaReleaseLast();
  return detail;
}

void CountUses(const std::vector<std::pair<LimitKey, LimitUse>>& uses, const CapCountersOf& owners,
               BatchState& state) {
  for (const auto& [key, use] : uses) {
    LimitUse& now = state.counters[CounterOf(key, owners)].now;
    now.points += use.points;
    now.orders += use.orders;
    now.amount += use.amount;
  }
}

absl::Status CheckOccurTime(const ProgramRules& rules, int64_t occur_us, int64_t now_us,
                            bool historical) {
  const bool too_old = !historical && occur_us < now_us - rules.max_backdating_days * kDayUs;
  if (occur_us <= now_us + kMinuteUs && !too_old && occur_us > 0) return absl::OkStatus();
  return status::Error(absl::StatusCode::kInvalidArgument, "OCCUR_TIME_OUT_OF_RANGE",
                       "occurTime lies in the future, or longer ago than the programme allows.",
                       {{"max_backdating_days", std::to_string(rules.max_backdating_days)}});
}

absl::StatusOr<int64_t> ReturnTime(const ProgramRules& rules, const pb::Order& order,
                                   const std::optional<absl::Time>& asked, int64_t now_us) {
  const int64_t order_us = absl::ToUnixMicros(base::FromTimestamp(order.occur_time()));
  if (!asked) return std::max(now_us, order_us);
  const int64_t occur_us = absl::ToUnixMicros(*asked);
  LAUREL_RETURN_IF_ERROR(CheckOccurTime(rules, occur_us, now_us, true));
  if (occur_us >= order_us) return occur_us;
  return status::Error(absl::StatusCode::kInvalidArgument, "RETURN_BEFORE_ORDER",
                       "occurTime lies before that of the order.");
}

LotRules LotRulesOf(const pb::WalletType& type, const pb::Entry& detail) {
  return RulesOf(type, {detail.has_lot_policy() ? &detail.lot_policy() : nullptr});
}

void LetIn(const pb::WalletType& policy, const LetInByCaps& caps, std::vector<OrderCredit*> credits,
           pb::Order& order) {
  int64_t cut = -caps.amount;
  for (const OrderCredit* credit : credits) cut += credit->points;
  if (cut == 0) return;
  (*order.mutable_points_over_caps())[policy.code()] = cut;
  if (caps.amount == 0) {
    order.mutable_points_earned()->erase(policy.code());
  } else {
    (*order.mutable_points_earned())[policy.code()] = caps.amount;
  }
  for (auto credit = credits.rbegin(); credit != credits.rend(); ++credit) {
    const int64_t part = std::min(cut, (*credit)->points);
    (*credit)->points -= part;
    if (part > 0) {
      (*credit)->detail.set_points_over_caps(part);
      (*credit)->detail.mutable_cap_cuts()->Assign(caps.cuts.begin(), caps.cuts.end());
    }
    cut -= part;
  }
}

absl::StatusOr<OrderTerms> CheckOrder(const ProgramRules& rules,
                                      const pb::RecordOrderRequest& request, int64_t now_us) {
  if (request.currency_code() != rules.currency_code) {
    return status::Error(absl::StatusCode::kInvalidArgument, "CURRENCY_MISMATCH",
                         "The programme has another currency.",
                         {{"currency_code", rules.currency_code}});
  }
  LAUREL_RETURN_IF_ERROR(CheckTaxes(request));
  OrderTerms terms;
  terms.occur_us = request.has_occur_time()
                       ? absl::ToUnixMicros(base::FromTimestamp(request.occur_time()))
                       : now_us;
  LAUREL_RETURN_IF_ERROR(CheckOccurTime(rules, terms.occur_us, now_us, request.historical()));
  LAUREL_ASSIGN_OR_RETURN(terms.total_minor_units, TotalOf(request));
  return terms;
}

pb::Order OrderAsMade(const pb::RecordOrderRequest& request, const OrderTerms& terms,
                      int64_t create_us) {
  pb::Order order;
  order.set_external_id(request.external_id());
  order.set_store(request.store());
  order.set_channel(request.channel());
  *order.mutable_lines() = request.lines();
  order.set_tax_treatment(request.tax_treatment());
  if (request.delivery_charge_minor_units() != 0) {
    order.mutable_delivery_charge()->set_currency_code(request.currency_code());
    order.mutable_delivery_charge()->set_minor_units(request.delivery_charge_minor_units());
  }
  order.mutable_total()->set_currency_code(request.currency_code());
  order.mutable_total()->set_minor_units(terms.total_minor_units);
  base::SetTimestamp(absl::FromUnixMicros(terms.occur_us), order.mutable_occur_time());
  base::SetTimestamp(absl::FromUnixMicros(create_us), order.mutable_create_time());
  return order;
}

base::Uuid OrderId(base::IdSource& ids, absl::Time now, int slice) {
  base::Uuid id = ids.Next(now);
  id.low = (id.low & ~0x3FFULL) | static_cast<uint64_t>(slice);
  return id;
}

absl::Status OrderAttached(const base::Uuid& order_id) {
  return status::Error(absl::StatusCode::kFailedPrecondition, "ORDER_ATTACHED",
                       "The order is a member's.", {{"order_id", base::EncodeId("ord", order_id)}});
}

absl::Status OrderCancelled() {
  return status::Refused("ORDER_CANCELLED", "The order was cancelled before it was anybody's.");
}

int BucketOfOrder(const base::Uuid& order_id) {
  return base::LabelOfSlice(static_cast<int>(order_id.low & 0x3FF));
}

base::Uuid DirectoryKeyOf(const base::Uuid& program_id, const RecordOrder& record) {
  if (!record.unmatched_id.IsZero()) return AttachedOrderKey(record.unmatched_id);
  if (record.request->external_id().empty()) return {};
  return OrderDirectoryKey(program_id, record.request->external_id());
}

absl::Status OrderExists(const base::Uuid& order_id) {
  return status::Error(absl::StatusCode::kAlreadyExists, "ORDER_EXISTS",
                       "An order with this external id has been recorded by another request.",
                       {{"order_id", base::EncodeId("ord", order_id)}});
}

absl::StatusOr<OrderDecision> DecideOrder(const ProgramRules& rules, const RecordOrder& record,
                                          const base::Uuid& member_id, base::IdSource& ids,
                                          const BatchState& state) {
  const pb::RecordOrderRequest& request = *record.request;
  LAUREL_RETURN_IF_ERROR(CheckFree(rules.program_id, record, state));
  LAUREL_ASSIGN_OR_RETURN(const OrderTerms terms, CheckOrder(rules, request, state.now_us));
  OrderDecision decision;
  decision.occur_us = terms.occur_us;
  const absl::Time occur = absl::FromUnixMicros(decision.occur_us);
  LimitUses used;
  const CapCountersOf owners{rules.program_id, member_id};
  const auto take = [&](const LimitKey& key) {
    const auto counter = state.counters.find(CounterOf(key, owners));
    if (counter != state.counters.end()) used[key] = counter->second.now;
  };
  for (const LimitKey& key : LimitKeysFor(rules, occur)) take(key);
  const OrderCounters counters = OrderCountersFor(rules, request.store(), occur);
  counters.ForEach(take);
  MemberFacts facts = FactsOf(rules, member_id, state);
  TellOrderFacts(counters, used, occur, &facts);
  LAUREL_ASSIGN_OR_RETURN(Earnings earnings,
                          EvaluateOrder(rules, request, occur, used, facts, state.trial_outcomes));
  decision.order_id = OrderId(ids, absl::FromUnixMicros(state.now_us), base::SliceOf(member_id));
  decision.limit_uses = std::move(earnings.limit_uses);
  for (auto& use : OrderUses(counters, used, facts, occur)) {
    decision.limit_uses.push_back(std::move(use));
  }
  decision.answer = OrderAsMade(request, terms, state.now_us);
  TellOrderUses(counters, facts, &decision.answer);
  decision.answer.mutable_tiers()->insert(facts.tiers.begin(), facts.tiers.end());
  decision.answer.set_order_id(base::EncodeId("ord", decision.order_id));
  decision.answer.set_member_id(base::EncodeId("mem", member_id));
  decision.answer.set_matched_by(record.matched_by);
  if (!record.unmatched_id.IsZero()) {
    decision.answer.set_unmatched_order_id(base::EncodeId("ord", record.unmatched_id));
  }
  AddCredits(rules, request.request_id(), std::move(earnings.awards), decision);
  return decision;
}

pb::Order TakeOrder(OrderDecision decision, const Command& command, const base::Uuid& member_id,
                    BatchState& state) {
  const auto& record = std::get<RecordOrder>(command.what);
  StoredOrder row{.order_id = decision.order_id,
                  .program_id = command.program_id,
                  .member_id = member_id,
                  .create_us = state.now_us,
                  .occur_us = decision.occur_us,
                  .total_minor_units = decision.answer.total().minor_units(),
                  .request_key = command.request_key,
                  .content_hash = command.content_hash,
                  .content = decision.answer.SerializeAsString(),
                  .unmatched_id = record.unmatched_id};
  // Every order has a directory entry of its own, by its external id or else by its request: one
  // that earns nothing moves no head, and the unique keys of its partition end with the day.
  base::Uuid directory_key = DirectoryKeyOf(command.program_id, record);
  if (directory_key.IsZero()) {
    directory_key = command.request_key;
  } else {
    state.order_directory[directory_key] = decision.order_id;
  }
  state.new_directory.push_back(directory_key);
  if (record.request->has_customer()) {
    state.order_directory[command.request_key] = decision.order_id;
    row.request_in_directory = directory_key != command.request_key;
  }
  CountUses(decision.limit_uses, {command.program_id, member_id}, state);
  for (const pb::RuleResult& result : decision.answer.rule_results()) {
    if (IsGrant(result)) {
      state.grants.push_back({command.program_id, member_id, command.request_key, result});
    }
  }
  state.orders_by_key[command.request_key] = row;
  state.orders.push_back(std::move(row));
  return std::move(decision.answer);
}

}  // namespace laurel::members
