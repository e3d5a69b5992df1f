#include <set>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/replay.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/trial_campaigns.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/replay_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {
namespace {

absl::Status CheckReplay(const v1::CreateReplayRequest& request, const ProgramRules& rules) {
  std::vector<status::Violation> violations;
  if (base::FromTimestamp(request.end_time()) <= base::FromTimestamp(request.start_time())) {
    violations.push_back({"endTime", "must lie after startTime"});
  }
  std::set<int> priced;
  for (int i = 0; i < request.point_costs_size(); ++i) {
    const WalletTypeRules* type = rules.FindWalletType(request.point_costs(i).wallet_type());
    const std::string path = absl::StrCat("pointCosts[", i, "].walletType");
    if (type == nullptr) {
      violations.push_back({path, "is no wallet type of the programme"});
    } else if (!priced.insert(type->wallet_no).second) {
      violations.push_back({path, "has a cost already"});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("REPLAY_INVALID", violations);
}

std::vector<TierVersions> SavedOf(const std::vector<StoredTierSet>& sets) {
  std::vector<TierVersions> saved;
  for (const StoredTierSet& set : sets) saved.push_back(set.versions);
  return saved;
}

// What was asked for, as it is kept.
v1::Replay NewReplay(const v1::CreateReplayRequest& request, const TrialRules& trial,
                     const std::string& creator) {
  v1::Replay replay;
  replay.set_display_name(request.display_name());
  *replay.mutable_start_time() = request.start_time();
  *replay.mutable_end_time() = request.end_time();
  replay.set_sample_every(std::max(request.sample_every(), 1));
  *replay.mutable_point_costs() = request.point_costs();
  KeepCampaigns(trial, &replay);
  replay.set_creator(creator);
  return replay;
}

}  // namespace

absl::Status CreateReplay(const Deps& deps, const server::Call& call,
                          const v1::CreateReplayRequest& request,
                          v1::CreateReplayResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  const base::Uuid id = deps.ids.Next(now);
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateReplay", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
          LAUREL_RETURN_IF_ERROR(CheckReplay(request, *rules));
          LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program));
          LAUREL_ASSIGN_OR_RETURN(const TrialRules trial, TrialRulesFor(tx, *rules, request, now));
          v1::Replay replay = NewReplay(request, trial, call.caller.Principal());
          LAUREL_RETURN_IF_ERROR(
              KeepTierSets(SavedOf(sets), request.tier_sets(), *rules, now, &replay));
          LAUREL_RETURN_IF_ERROR(InsertReplay(tx, program, id, replay, now));
          LAUREL_ASSIGN_OR_RETURN(ReplayRecord record, GetReplayRecord(tx, program, id));
          *response->mutable_replay() = std::move(record.replay);
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
