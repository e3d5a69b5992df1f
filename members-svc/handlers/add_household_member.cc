#include "lib/status/error.h"
#include "members-svc/domain/household.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status AddHouseholdMember(const Deps& deps, const server::Call& call,
                                const v1::AddHouseholdMemberRequest& request,
                                v1::AddHouseholdMemberResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "AddHouseholdMember", request.request_id()),
        request, now, response, [&]() -> absl::Status {
          const base::Uuid household =
              base::DecodeId("hsh", request.household_id()).value_or(base::Uuid{});
          LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
          LAUREL_RETURN_IF_ERROR(LockMemberships(tx, member, household));
          LAUREL_ASSIGN_OR_RETURN(const v1::Household before,
                                  GetHouseholdRow(tx, program, household));
          if (before.members_size() >= kMaxHouseholdMembers) {
            return status::Refused("HOUSEHOLD_FULL", "A household has at most 32 members.");
          }
          LAUREL_RETURN_IF_ERROR(InsertHouseholdMember(tx, {program, household, member}, now));
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_household(),
                                  GetHouseholdRow(tx, program, household));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
