#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/way_texts.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/still_awaited.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/handlers/way_handlers.h"
#include "members-svc/ledger/trial.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/wallet_reads.h"
#include "members-svc/store/way_reads.h"

namespace laurel::members::handlers {
namespace {

constexpr size_t kMostCampaigns = 100;

// What became of a campaign when its example was tried.
struct Tried {
  bool open = false;
  bool never = false;  // certainly not for this member now
  int64_t points = 0;
};

// Conditions on the member, whatever it buys.
bool IsOfMember(const std::string& failed_path) {
  for (const char* part : {".tier", ".segments", ".attribute", ".orderNumber"}) {
    if (absl::EndsWith(failed_path, part)) return true;
  }
  return false;
}

// By the engine itself, with all that is active: so what is told is what an order would earn.
absl::StatusOr<Tried> Try(const Deps& deps, const server::Call& call,
                          const v1::ListWaysRequest& request,
                          const std::shared_ptr<const ProgramRules>& rules,
                          const v1::Campaign& campaign, const v1::RecordOrderRequest& order) {
  LAUREL_RETURN_IF_ERROR(StillAwaited(call));
  Command command = NewCommand(call, {request.program_id(), request.member_id(), "", ""}, order);
  command.what = members::RecordOrder{.request = &order};
  const auto trial =
      TryOrder(deps.pool, {.ids = deps.ids, .index = deps.index, .campaigns = deps.campaigns},
               {.command = std::move(command),
                .rules = rules,
                .record_us = absl::ToUnixMicros(deps.clock.Now())});
  Tried tried;
  if (!trial.ok()) {
    // An order that would be refused (the member is blocked, or its points cannot be counted) earns
    // nothing now.
    if (trial.status().code() == absl::StatusCode::kFailedPrecondition) return tried;
    if (trial.status().code() == absl::StatusCode::kOutOfRange) return tried;
    return trial.status();
  }
  for (const CampaignOutcome& outcome : trial->outcomes) {
    if (outcome.campaign->campaign.campaign_id() != campaign.campaign_id()) continue;
    using Kind = CampaignOutcome::Kind;
    tried.open = outcome.kind == Kind::kApplied;
    const bool limited = outcome.kind == Kind::kLimitReached;
    tried.never = (outcome.kind == Kind::kConditionFailed && IsOfMember(outcome.failed_path)) ||
                  (limited && !campaign.has_member_limit());
    if (tried.open && outcome.award >= 0) {
      tried.points = trial->order.rule_results(outcome.award).points();
    }
  }
  return tried;
}

void FillNow(const v1::RecordOrderRequest& order, const Tried& tried, const v1::WalletType& type,
             const WayContext& context, v1::EarningWay* way) {
  way->set_open_now(tried.open);
  if (tried.points <= 0) return;
  int64_t purchase = 0;
  for (const v1::OrderLine& line : order.lines()) purchase += line.amount_minor_units();
  way->set_points_now(tried.points);
  way->mutable_purchase_now()->set_currency_code(context.currency_code);
  way->mutable_purchase_now()->set_minor_units(purchase);
  way->set_now_text(NowText(purchase, tried.points, type, context));
}

// Empty: it is not for this member.
absl::StatusOr<std::optional<v1::EarningWay>> WayOf(
    const Deps& deps, const server::Call& call, const v1::ListWaysRequest& request,
    const std::shared_ptr<const ProgramRules>& rules, const WayReads& read,
    const v1::Campaign& campaign) {
  const WayContext& context = read.context;
  const v1::WalletType type = context.WalletTypeOf(campaign.wallet_type());
  v1::EarningWay way;
  way.set_campaign_id(campaign.campaign_id());
  way.set_campaign_version(campaign.version());
  way.set_display_name(campaign.display_name());
  way.set_text(EffectText(campaign, context));
  for (std::string& term : TermsOf(campaign, context)) way.add_terms(std::move(term));
  way.set_wallet_type(campaign.wallet_type());
  if (campaign.has_end_time()) *way.mutable_end_time() = campaign.end_time();
  if (campaign.member_limit().max_points() > 0) {
    const auto had = read.had.find(campaign.campaign_id());
    const int64_t left = std::max<int64_t>(
        campaign.member_limit().max_points() - (had == read.had.end() ? 0 : had->second), 0);
    way.set_points_left(left);
    way.set_left_text(LeftText(left, campaign.member_limit().period(), type, context));
  }
  if (campaign.has_trigger()) return way;
  const v1::RecordOrderRequest order = ExampleOrder(campaign, context.currency_code);
  LAUREL_ASSIGN_OR_RETURN(const Tried tried, Try(deps, call, request, rules, campaign, order));
  if (tried.never) return std::nullopt;
  FillNow(order, tried, type, context, &way);
  return way;
}

absl::Status FillTiersAndUses(const Deps& deps, const server::Call& call,
                              const v1::ListWaysRequest& request, const WayReads& read,
                              v1::ListWaysResponse* response) {
  v1::GetMemberTiersRequest tiers_request;
  tiers_request.set_program_id(request.program_id());
  tiers_request.set_member_id(request.member_id());
  v1::GetMemberTiersResponse tiers;
  LAUREL_RETURN_IF_ERROR(GetMemberTiers(deps, call, tiers_request, &tiers));
  for (const v1::MemberTier& tier : tiers.tiers()) {
    const auto counted = read.counted.find(tier.tier_set());
    *response->add_tiers() = TierWayOf(
        tier, read.context.WalletTypeOf(counted == read.counted.end() ? "points" : counted->second),
        read.context);
  }
  v1::ListBalancesRequest balances_request;
  balances_request.set_program_id(request.program_id());
  balances_request.set_member_id(request.member_id());
  v1::ListBalancesResponse balances;
  LAUREL_RETURN_IF_ERROR(ListBalances(deps, call, balances_request, &balances));
  for (const v1::Balance& balance : balances.balances()) {
    *response->add_use() = UsingWayOf(balance, read.context);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ListWays(const Deps& deps, const server::Call& call,
                      const v1::ListWaysRequest& request, v1::ListWaysResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  WayReads read;
  std::shared_ptr<const ProgramRules> rules;
  LAUREL_RETURN_IF_ERROR(deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(rules, deps.campaigns.Current(tx, program));
    LAUREL_ASSIGN_OR_RETURN(read, ReadWays(tx, {.program_id = program,
                                                .member_id = member,
                                                .language = request.language(),
                                                .now = deps.clock.Now(),
                                                .most = kMostCampaigns}));
    return absl::OkStatus();
  }));
  response->set_language(std::string(words::CodeOf(read.context.language)));
  for (const v1::Campaign& campaign : read.campaigns) {
    LAUREL_ASSIGN_OR_RETURN(auto way, WayOf(deps, call, request, rules, read, campaign));
    if (way) *response->add_earning() = *std::move(way);
  }
  return FillTiersAndUses(deps, call, request, read, response);
}

}  // namespace laurel::members::handlers
