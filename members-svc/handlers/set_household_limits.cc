#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/household.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status SetHouseholdLimits(const Deps& deps, const server::Call& call,
                                const v1::SetHouseholdLimitsRequest& request,
                                v1::SetHouseholdLimitsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "SetHouseholdLimits", request.request_id()),
        request, now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
          LAUREL_RETURN_IF_ERROR(LockMemberships(tx, member, std::nullopt));
          LAUREL_ASSIGN_OR_RETURN(const auto household, FindHousehold(tx, program, member));
          if (!household) return NotInHousehold();
          LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
          LAUREL_RETURN_IF_ERROR(ValidateLimits(request, *rules));
          v1::HouseholdMembership terms;
          *terms.mutable_limits() = request.limits();
          for (v1::HouseholdLimit& limit : *terms.mutable_limits()) {
            limit.set_wallet_type(rules->FindWalletType(limit.wallet_type())->policy.code());
          }
          LAUREL_RETURN_IF_ERROR(tx.Query("set_household_limits", base::BucketOf(member), member,
                                          db::Bytes{terms.SerializeAsString()})
                                     .status());
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_household(),
                                  GetHouseholdRow(tx, program, *household));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
