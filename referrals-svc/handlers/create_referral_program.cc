#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "referrals-svc/domain/referral.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/programs.h"

namespace laurel::referrals::handlers {

absl::Status CreateReferralProgram(const Deps& deps, const server::Call& call,
                                   const v1::CreateReferralProgramRequest& request,
                                   v1::CreateReferralProgramResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(v1::ReferralProgram program, CompleteProgram(request.referral_program()));
  const absl::Time now = deps.clock.Now();
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid id = deps.ids.Next(now);
  program.set_referral_program_id(base::EncodeId("rfp", id));
  base::SetTimestamp(now, program.mutable_create_time());
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = call.method,
                                 .owner_id = "",
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, now, response, [&]() -> absl::Status {
      *response->mutable_referral_program() = program;
      return store::InsertProgram(tx, program_id, id, program);
    });
  });
}

}  // namespace laurel::referrals::handlers
