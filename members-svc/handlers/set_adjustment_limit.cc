#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members::handlers {

absl::Status SetAdjustmentLimit(const Deps& deps, const server::Call& call,
                                const v1::SetAdjustmentLimitRequest& request,
                                v1::SetAdjustmentLimitResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "SetAdjustmentLimit", request.request_id()),
        request, deps.clock.Now(), response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
          const WalletTypeRules* type = rules->FindWalletType(request.wallet_type());
          if (type == nullptr) {
            return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
          }
          return tx.Query("set_adjustment_limit", program, type->wallet_no, request.max_delta())
              .status();
        });
  });
}

}  // namespace laurel::members::handlers
