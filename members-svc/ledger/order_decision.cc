#include "members-svc/ledger/order_decision.h"

#include <algorithm>
#include <map>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"

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

// The low ten bits of an order id are the member's slice: an id leads to its bucket.
base::Uuid OrderId(base::IdSource& ids, absl::Time now, const base::Uuid& member_id) {
  base::Uuid id = ids.Next(now);
  id.low = (id.low & ~0x3FFULL) | static_cast<uint64_t>(base::SliceOf(member_id));
  return id;
}

void FillAnswer(const ProgramRules& rules, const pb::RecordOrderRequest& request, int64_t total,
                const base::Uuid& member_id, int64_t now_us, OrderDecision& decision) {
  pb::Order& order = decision.answer;
  order.set_order_id(base::EncodeId("ord", decision.order_id));
  order.set_external_id(request.external_id());
  order.set_member_id(base::EncodeId("mem", member_id));
  order.set_store(request.store());
  order.set_channel(request.channel());
  *order.mutable_lines() = request.lines();
  if (request.delivery_charge_minor_units() != 0) {
    order.mutable_delivery_charge()->set_currency_code(rules.currency_code);
    order.mutable_delivery_charge()->set_minor_units(request.delivery_charge_minor_units());
  }
  order.mutable_total()->set_currency_code(rules.currency_code);
  order.mutable_total()->set_minor_units(total);
  base::SetTimestamp(absl::FromUnixMicros(decision.occur_us), order.mutable_occur_time());
  base::SetTimestamp(absl::FromUnixMicros(now_us), order.mutable_create_time());
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
    for (auto& result : *least->detail.mutable_rule_results()) {
      *most->detail.add_rule_results() = std::move(result);
    }
    credits.erase(least);
  }
}

void AddCredits(const ProgramRules& rules, const pb::RecordOrderRequest& request,
                std::vector<Award> awards, OrderDecision& decision) {
  std::map<int, std::vector<OrderCredit>> by_wallet;
  for (Award& award : awards) {
    *decision.answer.add_rule_results() = award.result;
    std::vector<OrderCredit>& credits = by_wallet[award.wallet_no];
    const std::string policy = award.lots == nullptr ? "" : award.lots->SerializeAsString();
    auto credit = std::find_if(credits.begin(), credits.end(), [&](const OrderCredit& other) {
      return other.detail.has_lot_policy() ? other.detail.lot_policy().SerializeAsString() == policy
                                           : policy.empty();
    });
    if (credit == credits.end()) {
      credit = credits.insert(credit, {.wallet_no = award.wallet_no, .points = 0, .detail = {}});
      credit->detail.set_request_id(request.request_id());
      if (!policy.empty()) *credit->detail.mutable_lot_policy() = *award.lots;
    }
    credit->points += award.result.points();
    *credit->detail.add_rule_results() = std::move(award.result);
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

}  // namespace

absl::Status CheckOccurTime(const ProgramRules& rules, int64_t occur_us, int64_t now_us,
                            bool historical) {
  const bool too_old = !historical && occur_us < now_us - rules.max_backdating_days * kDayUs;
  if (occur_us <= now_us + kMinuteUs && !too_old && occur_us > 0) return absl::OkStatus();
  return status::Error(absl::StatusCode::kInvalidArgument, "OCCUR_TIME_OUT_OF_RANGE",
                       "occurTime lies in the future, or longer ago than the programme allows.",
                       {{"max_backdating_days", std::to_string(rules.max_backdating_days)}});
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

absl::StatusOr<OrderDecision> DecideOrder(const ProgramRules& rules,
                                          const pb::RecordOrderRequest& request,
                                          const base::Uuid& member_id, base::IdSource& ids,
                                          const BatchState& state) {
  if (request.currency_code() != rules.currency_code) {
    return status::Error(absl::StatusCode::kInvalidArgument, "CURRENCY_MISMATCH",
                         "The programme has another currency.",
                         {{"currency_code", rules.currency_code}});
  }
  OrderDecision decision;
  decision.occur_us = request.has_occur_time()
                          ? absl::ToUnixMicros(base::FromTimestamp(request.occur_time()))
                          : state.now_us;
  LAUREL_RETURN_IF_ERROR(
      CheckOccurTime(rules, decision.occur_us, state.now_us, request.historical()));
  if (!request.external_id().empty()) {
    const auto taken =
        state.order_directory.find(OrderDirectoryKey(rules.program_id, request.external_id()));
    if (taken != state.order_directory.end()) {
      return status::Error(absl::StatusCode::kAlreadyExists, "ORDER_EXISTS",
                           "An order with this external id has been recorded by another request.",
                           {{"order_id", base::EncodeId("ord", taken->second)}});
    }
  }
  LAUREL_ASSIGN_OR_RETURN(const int64_t total, TotalOf(request));
  const absl::Time occur = absl::FromUnixMicros(decision.occur_us);
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(rules, occur)) {
    const auto counter = state.counters.find({member_id, key});
    if (counter != state.counters.end()) used[key] = counter->second.now;
  }
  LAUREL_ASSIGN_OR_RETURN(Earnings earnings, EvaluateOrder(rules, request, occur, used));
  decision.order_id = OrderId(ids, absl::FromUnixMicros(state.now_us), member_id);
  decision.limit_uses = std::move(earnings.limit_uses);
  FillAnswer(rules, request, total, member_id, state.now_us, decision);
  AddCredits(rules, request, std::move(earnings.awards), decision);
  return decision;
}

pb::Order TakeOrder(OrderDecision decision, const Command& command, const base::Uuid& member_id,
                    BatchState& state) {
  StoredOrder row{.order_id = decision.order_id,
                  .program_id = command.program_id,
                  .member_id = member_id,
                  .create_us = state.now_us,
                  .occur_us = decision.occur_us,
                  .total_minor_units = decision.answer.total().minor_units(),
                  .request_key = command.request_key,
                  .content_hash = command.content_hash,
                  .content = decision.answer.SerializeAsString()};
  // Every order has a directory entry of its own, by its external id or else by its request: one
  // that earns nothing moves no head, and the unique keys of its partition end with the day.
  base::Uuid directory_key = command.request_key;
  if (!decision.answer.external_id().empty()) {
    directory_key = OrderDirectoryKey(command.program_id, decision.answer.external_id());
    state.order_directory[directory_key] = decision.order_id;
  }
  state.new_directory.push_back(directory_key);
  for (const auto& [key, use] : decision.limit_uses) {
    CounterState& counter = state.counters[{member_id, key}];
    counter.now.points += use.points;
    counter.now.orders += use.orders;
  }
  state.orders_by_key[command.request_key] = row;
  state.orders.push_back(std::move(row));
  return std::move(decision.answer);
}

}  // namespace laurel::members
