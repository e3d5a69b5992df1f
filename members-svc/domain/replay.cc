#include "members-svc/domain/replay.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/base/sha256.h"
#include "lib/base/timestamps.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/domain/tier_benefit.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

constexpr size_t kBlock = 64 * 1024;
constexpr size_t kTop = 10;
constexpr size_t kListBytes = 48;

absl::Status Overflow() {
  return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                       "The orders together earn more points than can be counted.");
}

absl::Status AddTo(int64_t* sum, int64_t points) {
  const auto added = money::Add(*sum, points);
  if (!added) return Overflow();
  *sum = *added;
  return absl::OkStatus();
}

// Moves what campaigns read of an order out of it.
void TakeRequest(pb::Order* order, pb::RecordOrderRequest* request) {
  request->mutable_lines()->Swap(order->mutable_lines());
  request->mutable_store()->swap(*order->mutable_store());
  request->mutable_channel()->swap(*order->mutable_channel());
  request->set_delivery_charge_minor_units(order->delivery_charge().minor_units());
  request->set_tax_treatment(order->tax_treatment());
}

std::string OutsideId(const base::Uuid& campaign_id) {
  return IsDraftId(campaign_id) ? "" : base::EncodeId("cmp", campaign_id);
}

// Whose points a result's are: its campaign's, or those of a tier's benefit.
base::Uuid SourceIdOf(const pb::RuleResult& result) {
  if (result.has_tier()) return TierBenefitId(result.tier().tier_set(), result.tier().tier());
  return base::DecodeId("cmp", result.campaign_id()).value_or(base::Uuid{});
}

// What recording knew of the member, as the order says it; an order of an earlier release does not.
void TakeRecorded(const pb::Order& order, MemberFacts* facts) {
  facts->tiers.insert(order.tiers().begin(), order.tiers().end());
  if (order.order_number() == 0) return;
  facts->orders_before = order.order_number() - 1;
  facts->orders_at_store_before = std::max<int64_t>(0, order.order_number_at_store() - 1);
}

// What points cost, to the nearest minor unit.
absl::StatusOr<int64_t> CostOf(int64_t points, int64_t per_thousand) {
  const auto cost = money::MultiplyDivide(points, per_thousand, 1000, money::Rounding::kHalfUp);
  if (!cost) return Overflow();
  return *cost;
}

}  // namespace

std::vector<NumberedCampaign> CampaignsOf(const pb::Replay& replay) {
  std::vector<NumberedCampaign> campaigns;
  campaigns.reserve(static_cast<size_t>(replay.campaigns_size()));
  for (const auto& kept : replay.campaigns()) campaigns.push_back({kept.campaign(), kept.draft()});
  return campaigns;
}

ProgramRules WithTierSetsOf(const pb::Replay& replay, ProgramRules rules) {
  rules.tier_sets.clear();
  for (const pb::ReplayedTierSet& kept : replay.tier_sets()) {
    TierSetRules set{.set_no = static_cast<int>(rules.tier_sets.size()) + 1};
    const auto add = [&set](const pb::TierSet& version) {
      auto of = std::make_shared<TierRules>();
      if (version.has_start_time()) {
        of->from_us = absl::ToUnixMicros(base::FromTimestamp(version.start_time()));
      }
      of->set = version;
      set.versions.push_back(std::move(of));
    };
    if (kept.has_draft()) {
      add(kept.draft());
    } else {
      std::for_each(kept.versions().begin(), kept.versions().end(), add);
    }
    if (set.versions.empty()) continue;
    const pb::TierSet& newest = set.versions.back()->set;
    set.code = newest.code();
    if (newest.metric() == pb::TIER_METRIC_POINTS_EARNED) {
      const WalletTypeRules* type = rules.FindWalletType(newest.wallet_type());
      set.wallet_no = type == nullptr ? 0 : type->wallet_no;
    }
    rules.tier_sets.push_back(std::move(set));
  }
  return rules;
}

void KeepCampaigns(const TrialRules& trial, pb::Replay* replay) {
  for (const CampaignRules& rules : trial.rules->campaigns) {
    if (rules.tier) continue;
    pb::ReplayedCampaign& kept = *replay->add_campaigns();
    *kept.mutable_campaign() = rules.campaign;
    kept.mutable_campaign()->set_campaign_id(OutsideId(rules.campaign_id));
    kept.set_draft(trial.DraftOf(rules.campaign_id));
  }
}

OrderReplay::OrderReplay(const TrialRules& trial, const pb::Replay& replay)
    : trial_(trial),
      replay_(replay),
      wallet_types_(trial.rules->wallet_types),
      block_(kBlock),
      arena_(block_.data(), block_.size()),
      tiers_(*trial.rules, replay) {
  for (WalletTypeRules& type : wallet_types_) type.policy.clear_max_balance();
  for (const CampaignRules& rules : trial.rules->campaigns) {
    if (!rules.tier) campaigns_[rules.campaign_id];
  }
}

absl::Status OrderReplay::Add(const base::Uuid& member_id, std::string_view content) {
  arena_.Reset();
  auto* order = google::protobuf::Arena::CreateMessage<pb::Order>(&arena_);
  if (!order->ParseFromArray(content.data(), static_cast<int>(content.size()))) {
    return absl::InternalError("a stored order does not parse");
  }
  const absl::Time occur = base::FromTimestamp(order->occur_time());
  ByWallet points = {};
  LAUREL_RETURN_IF_ERROR(TakeGiven(*order, &points));
  auto* request = google::protobuf::Arena::CreateMessage<pb::RecordOrderRequest>(&arena_);
  TakeRequest(order, request);
  LAUREL_RETURN_IF_ERROR(Evaluate(*order, *request, member_id, &points));
  if (tiers_.any()) {
    tiers_.Add(member_id,
               {.occur_us = absl::ToUnixMicros(occur),
                .left_minor_units = order->total().minor_units(),
                .store = request->store()},
               [&points](int wallet_no) { return points[static_cast<size_t>(wallet_no)]; });
  }
  return Sum(member_id, occur, points);
}

size_t OrderReplay::HeldBytes() const {
  const auto table = [](const auto& map) {
    return map.capacity() * (sizeof(typename std::decay_t<decltype(map)>::value_type) + 1);
  };
  // A member's list is of few wallets: a piece of memory of its own.
  return table(counters_) + table(members_) + members_.size() * kListBytes + tiers_.HeldBytes();
}

absl::Status OrderReplay::TakeGiven(const pb::Order& order, ByWallet* points) {
  for (const auto& [code, given] : order.points_earned()) {
    const WalletTypeRules* type = trial_.rules->FindWalletType(code);
    if (type != nullptr) (*points)[static_cast<size_t>(type->wallet_no)].given = given;
  }
  for (const auto& [code, cut] : order.points_over_caps()) {
    const WalletTypeRules* type = trial_.rules->FindWalletType(code);
    if (type == nullptr) continue;
    LAUREL_RETURN_IF_ERROR(AddTo(&over_caps_[static_cast<size_t>(type->wallet_no)].given, cut));
  }
  for (const pb::RuleResult& result : order.rule_results()) {
    const base::Uuid id = SourceIdOf(result);
    if (id.IsZero() || (result.points() == 0 && !IsGrant(result))) continue;
    CampaignSums& sums = SumsOf(id, result);
    ++sums.orders_given;
    LAUREL_RETURN_IF_ERROR(AddTo(&sums.points.given, result.points()));
  }
  return absl::OkStatus();
}

OrderReplay::CampaignSums& OrderReplay::SumsOf(const base::Uuid& id, const pb::RuleResult& result) {
  CampaignSums& sums = campaigns_[id];
  if (result.has_tier() && sums.tier.empty()) {
    sums.tier = absl::StrCat(result.tier().tier_set(), ": ", result.tier().tier());
  }
  return sums;
}

absl::Status OrderReplay::Evaluate(const pb::Order& recorded, const pb::RecordOrderRequest& order,
                                   const base::Uuid& member_id, ByWallet* points) {
  const absl::Time occur = base::FromTimestamp(recorded.occur_time());
  const ProgramRules& rules = *trial_.rules;
  const CapCountersOf owners{rules.program_id, member_id};
  LimitUses used;
  const auto take = [&](const LimitKey& key) {
    const auto counter = counters_.find(CounterOf(key, owners));
    if (counter != counters_.end()) used[key] = counter->second;
  };
  for (const LimitKey& key : LimitKeysFor(rules, occur)) take(key);
  const OrderCounters own = OrderCountersFor(rules, order.store(), occur);
  own.ForEach(take);
  MemberFacts facts;
  TellOrderFacts(own, used, occur, &facts);
  TakeRecorded(recorded, &facts);
  FillLowestTiers(rules, occur, &facts);
  auto earnings = EvaluateOrder(rules, order, occur, used, facts);
  if (!earnings.ok()) {
    ++refused_;
    return absl::OkStatus();
  }
  std::vector<std::pair<LimitKey, LimitUse>> uses = std::move(earnings->limit_uses);
  for (auto& use : OrderUses(own, used, facts, occur)) uses.push_back(std::move(use));
  for (const auto& [key, use] : uses) {
    LimitUse& counter = counters_[CounterOf(key, owners)];
    LAUREL_RETURN_IF_ERROR(AddTo(&counter.points, use.points));
    LAUREL_RETURN_IF_ERROR(AddTo(&counter.amount, use.amount));
    counter.orders += use.orders;
  }
  for (const Award& award : earnings->awards) {
    const int64_t given = award.result.points();
    if (given == 0 && !IsGrant(award.result)) continue;
    (*points)[static_cast<size_t>(award.wallet_no)].replayed += given;  // the engine has added them
    CampaignSums& sums = SumsOf(SourceIdOf(award.result), award.result);
    ++sums.orders_replayed;
    LAUREL_RETURN_IF_ERROR(AddTo(&sums.points.replayed, given));
  }
  static const Wallet kNoWallet;
  for (const WalletTypeRules& type : wallet_types_) {
    int64_t& replayed = (*points)[static_cast<size_t>(type.wallet_no)].replayed;
    if (replayed <= 0) continue;
    const auto let_in = CapAccrual(
        type, owners,
        {.wallet = kNoWallet, .amount = replayed, .occur = occur, .zone = rules.time_zone},
        [this](const CounterKey& key) {
          const auto counter = counters_.find(key);
          return counter == counters_.end() ? 0 : counter->second.points;
        });
    // A cap that refuses refuses the points, not the order.
    const Capped capped = let_in.ok() ? *let_in : Capped{};
    for (const CounterKey& key : capped.counters) counters_[key].points += capped.amount;
    LAUREL_RETURN_IF_ERROR(
        AddTo(&over_caps_[static_cast<size_t>(type.wallet_no)].replayed, replayed - capped.amount));
    replayed = capped.amount;
  }
  return absl::OkStatus();
}

absl::Status OrderReplay::Sum(const base::Uuid& member_id, absl::Time occur,
                              const ByWallet& points) {
  ++orders_;
  MonthSums& month = months_[absl::ToCivilMonth(occur, trial_.rules->time_zone)];
  ++month.orders;
  auto& member = members_[member_id];
  bool changed = false;
  for (size_t no = 1; no < kWallets; ++no) {
    const Points& earned = points[no];
    if (earned.given == 0 && earned.replayed == 0) continue;
    changed = changed || earned.given != earned.replayed;
    auto own = std::find_if(member.begin(), member.end(), [no](const auto& wallet) {
      return wallet.first == static_cast<int>(no);
    });
    if (own == member.end()) own = member.insert(own, {static_cast<int>(no), Points{}});
    for (Points* sum : {&wallets_[no], &month.wallets[static_cast<int>(no)], &own->second}) {
      LAUREL_RETURN_IF_ERROR(AddTo(&sum->given, earned.given));
      LAUREL_RETURN_IF_ERROR(AddTo(&sum->replayed, earned.replayed));
    }
  }
  if (changed) ++changed_;
  return absl::OkStatus();
}

absl::StatusOr<pb::ReplayResult> OrderReplay::Finish(const JoinTimes& joined) const {
  pb::ReplayResult result;
  result.set_orders(orders_);
  result.set_orders_changed(changed_);
  result.set_orders_refused(refused_);
  result.set_members(static_cast<int64_t>(members_.size()));
  result.set_members_changed(ChangedMembers());
  LAUREL_RETURN_IF_ERROR(FillWallets(&result));
  FillCampaigns(&result);
  FillMonths(&result);
  tiers_.Finish(joined, &result);
  // Of what was asked for, only that from which the result follows.
  pb::Replay asked;
  *asked.mutable_start_time() = replay_.start_time();
  *asked.mutable_end_time() = replay_.end_time();
  asked.set_sample_every(replay_.sample_every());
  *asked.mutable_point_costs() = replay_.point_costs();
  *asked.mutable_campaigns() = replay_.campaigns();
  *asked.mutable_tier_sets() = replay_.tier_sets();
  result.set_digest(absl::BytesToHexString(
      base::Sha256(base::Sha256(asked.SerializeAsString()) + result.SerializeAsString())));
  return result;
}

absl::Status OrderReplay::FillWallets(pb::ReplayResult* result) const {
  for (const WalletTypeRules& type : wallet_types_) {
    const auto no = static_cast<size_t>(type.wallet_no);
    const Points& sum = wallets_[no];
    const Points& cut = over_caps_[no];
    if (sum.given == 0 && sum.replayed == 0 && cut.given == 0 && cut.replayed == 0) continue;
    pb::ReplayWallet& out = *result->add_wallets();
    out.set_wallet_type(type.policy.code());
    out.set_points_given(sum.given);
    out.set_points_replayed(sum.replayed);
    out.set_points_over_caps_given(cut.given);
    out.set_points_over_caps_replayed(cut.replayed);
    for (const pb::PointCost& cost : replay_.point_costs()) {
      if (trial_.rules->FindWalletType(cost.wallet_type())->wallet_no != type.wallet_no) continue;
      LAUREL_ASSIGN_OR_RETURN(const int64_t given,
                              CostOf(sum.given, cost.minor_units_per_thousand()));
      LAUREL_ASSIGN_OR_RETURN(const int64_t replayed,
                              CostOf(sum.replayed, cost.minor_units_per_thousand()));
      out.set_cost_given_minor_units(given);
      out.set_cost_replayed_minor_units(replayed);
    }
    FillMembers(type.wallet_no, &out);
  }
  return absl::OkStatus();
}

void OrderReplay::FillMembers(int wallet_no, pb::ReplayWallet* out) const {
  struct Change {
    int64_t gain;
    base::Uuid member_id;
    Points points;
  };
  std::vector<Change> changes;
  for (const auto& [member_id, wallets] : members_) {
    for (const auto& [no, points] : wallets) {
      if (no != wallet_no || points.given == points.replayed) continue;
      changes.push_back({points.replayed - points.given, member_id, points});
    }
  }
  const auto add = [](const Change& change, pb::ReplayMember* member) {
    member->set_member_id(base::EncodeId("mem", change.member_id));
    member->set_points_given(change.points.given);
    member->set_points_replayed(change.points.replayed);
  };
  const auto top = [&](int sign) {
    const auto middle = changes.begin() + static_cast<ptrdiff_t>(std::min(kTop, changes.size()));
    std::partial_sort(changes.begin(), middle, changes.end(),
                      [sign](const Change& a, const Change& b) {
                        if (a.gain != b.gain) return sign * a.gain > sign * b.gain;
                        return a.member_id < b.member_id;
                      });
    for (auto change = changes.begin(); change != middle && sign * change->gain > 0; ++change) {
      add(*change, sign > 0 ? out->add_gainers() : out->add_losers());
    }
  };
  top(1);
  top(-1);
}

void OrderReplay::FillCampaigns(pb::ReplayResult* result) const {
  const auto add = [&](const base::Uuid& id, const CampaignSums& sums) -> pb::ReplayCampaign& {
    pb::ReplayCampaign& out = *result->add_campaigns();
    if (sums.tier.empty()) out.set_campaign_id(OutsideId(id));
    out.set_display_name(sums.tier);
    out.set_draft(trial_.DraftOf(id));
    out.set_orders_given(sums.orders_given);
    out.set_points_given(sums.points.given);
    out.set_orders_replayed(sums.orders_replayed);
    out.set_points_replayed(sums.points.replayed);
    return out;
  };
  std::map<base::Uuid, CampaignSums> others = campaigns_;
  for (const CampaignRules& rules : trial_.rules->campaigns) {
    if (rules.tier) continue;
    add(rules.campaign_id, campaigns_.at(rules.campaign_id))
        .set_display_name(rules.campaign.display_name());
    others.erase(rules.campaign_id);
  }
  for (const auto& [id, sums] : others) add(id, sums);
}

void OrderReplay::FillMonths(pb::ReplayResult* result) const {
  for (const auto& [month, sums] : months_) {
    pb::ReplayMonth& out = *result->add_months();
    out.set_month(absl::FormatCivilTime(month));
    out.set_orders(sums.orders);
    for (const auto& [no, points] : sums.wallets) {
      pb::ReplayMonthPoints& wallet = *out.add_points();
      wallet.set_wallet_type(trial_.rules->WalletTypeByNumber(no)->policy.code());
      wallet.set_points_given(points.given);
      wallet.set_points_replayed(points.replayed);
    }
  }
}

int64_t OrderReplay::ChangedMembers() const {
  return std::count_if(members_.begin(), members_.end(), [](const auto& member) {
    return std::any_of(member.second.begin(), member.second.end(), [](const auto& wallet) {
      return wallet.second.given != wallet.second.replayed;
    });
  });
}

}  // namespace laurel::members
