#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status CreateHousehold(const Deps& deps, const server::Call& call,
                             const v1::CreateHouseholdRequest& request,
                             v1::CreateHouseholdResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateHousehold", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
          const base::Uuid household = deps.ids.Next(now);
          LAUREL_RETURN_IF_ERROR(LockMemberships(tx, member, household));
          LAUREL_RETURN_IF_ERROR(InsertHousehold(tx, program, household, now));
          LAUREL_RETURN_IF_ERROR(InsertHouseholdMember(tx, {program, household, member}, now));
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_household(),
                                  GetHouseholdRow(tx, program, household));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
