#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/consent_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status WithdrawConsent(const Deps& deps, const server::Call& call,
                             const v1::WithdrawConsentRequest& request,
                             v1::WithdrawConsentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "WithdrawConsent", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
          LAUREL_RETURN_IF_ERROR(GetActivityTypeRow(tx, program, request.activity_type()).status());
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_consent(),
                                  WithdrawConsentRow(tx, {member, request.activity_type()}, now,
                                                     call.caller.Principal()));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
