#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/referrals.h"

namespace laurel::referrals::handlers {

absl::Status GetReferral(const Deps& deps, const server::Call& call,
                         const v1::GetReferralRequest& request, v1::GetReferralResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid id = *base::DecodeId("ref", request.referral_id());
  LAUREL_ASSIGN_OR_RETURN(v1::Referral referral,
                          db::ReadFor<v1::Referral>(deps.pool, call.deadline, [&](db::Tx& tx) {
                            return store::GetReferral(tx, program_id, id);
                          }));
  // Either side may look; for anybody else it is as if there were none.
  const absl::Status unknown = store::ReferralNotFound();
  const std::string reason = status::ReasonOf(unknown);
  const std::string_view message(unknown.message().data(), unknown.message().size());
  if (!auth::CheckOwner(call.caller, referral.referrer_member_id(), reason, message).ok()) {
    LAUREL_RETURN_IF_ERROR(
        auth::CheckOwner(call.caller, referral.referee_member_id(), reason, message));
  }
  *response->mutable_referral() = std::move(referral);
  return absl::OkStatus();
}

}  // namespace laurel::referrals::handlers
