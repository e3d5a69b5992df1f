#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/programs.h"

namespace laurel::referrals::handlers {

absl::Status GetReferralProgram(const Deps& deps, const server::Call& call,
                                const v1::GetReferralProgramRequest& request,
                                v1::GetReferralProgramResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid id = *base::DecodeId("rfp", request.referral_program_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_referral_program(),
                            store::GetProgram(tx, program_id, id));
    return absl::OkStatus();
  });
}

}  // namespace laurel::referrals::handlers
