#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status GetHousehold(const Deps& deps, const server::Call& call,
                          const v1::GetHouseholdRequest& request,
                          v1::GetHouseholdResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(const auto household, FindHousehold(tx, program, member));
    if (!household) return HouseholdNotFound();
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_household(),
                            GetHouseholdRow(tx, program, *household));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
