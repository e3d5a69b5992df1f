#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {
namespace {

// The numbers are dense: tier sets are never removed.
absl::Status Add(db::Tx& tx, const base::Uuid& program, const v1::TierSet& set, absl::Time now,
                 const std::string& principal) {
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program));
  LAUREL_RETURN_IF_ERROR(ValidateTierSet(set, wallet_types, nullptr, now));
  LAUREL_ASSIGN_OR_RETURN(const auto known, ListTierSetRows(tx, program));
  for (const StoredTierSet& other : known) {
    if (other.newest().code() == set.code()) {
      return status::Error(absl::StatusCode::kAlreadyExists, "TIER_SET_EXISTS",
                           "The programme has a tier set of this code.");
    }
  }
  const int set_no = static_cast<int>(known.size()) + 1;
  if (set_no > kMaxTierSets) {
    return status::Refused("TOO_MANY_TIER_SETS", "A programme has at most 16 tier sets.");
  }
  return StoreTierSet(tx, program, set_no, set, principal);
}

}  // namespace

absl::Status CreateTierSet(const Deps& deps, const server::Call& call,
                           const v1::CreateTierSetRequest& request,
                           v1::CreateTierSetResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::TierSet set = request.tier_set();
  Normalise(&set);
  set.set_version(1);
  base::SetTimestamp(now, set.mutable_create_time());
  base::SetTimestamp(now, set.mutable_update_time());
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateTierSet", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(Add(tx, program, set, now, call.caller.Principal()));
          *response->mutable_tier_set() = set;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
