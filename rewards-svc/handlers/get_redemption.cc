#include "lib/auth/caller.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/redemptions.h"

namespace laurel::rewards::handlers {

absl::Status GetRedemption(const Deps& deps, const server::Call& call,
                           const v1::GetRedemptionRequest& request,
                           v1::GetRedemptionResponse* response) {
  const RedemptionName name{IdIn("prg", request.program_id()),
                            IdIn("rdm", request.redemption_id())};
  LAUREL_ASSIGN_OR_RETURN(const auto redemption, db::ReadFor<std::optional<Redemption>>(
                                                     deps.pool, call.deadline, [&](db::Tx& tx) {
                                                       return FindRedemption(tx, name);
                                                     }));
  if (!redemption) return RedemptionNotFound();
  LAUREL_RETURN_IF_ERROR(auth::CheckOwner(call.caller, base::EncodeId("mem", redemption->member_id),
                                          kRedemptionNotFoundReason, kRedemptionNotFoundText));
  *response->mutable_redemption() = ToProto(*redemption);
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
