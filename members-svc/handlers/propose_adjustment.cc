#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/adjustment_store.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status ProposeAdjustment(const Deps& deps, const server::Call& call,
                               const v1::ProposeAdjustmentRequest& request,
                               v1::ProposeAdjustmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  // An id that does not decode is nobody's: MEMBER_NOT_FOUND.
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{0, 1});
  const absl::Time now = deps.clock.Now();
  const base::Uuid id = deps.ids.Next(now);
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "ProposeAdjustment", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
          LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
          const WalletTypeRules* type = rules->FindWalletType(request.wallet_type());
          if (type == nullptr) {
            return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
          }
          LAUREL_RETURN_IF_ERROR(tx.Query("insert_adjustment", program, id, member,
                                          type->policy.code(), request.delta(), request.reason(),
                                          call.caller.Principal(), now)
                                     .status());
          LAUREL_ASSIGN_OR_RETURN(AdjustmentRow row, GetAdjustment(tx, program, id));
          *response->mutable_adjustment() = std::move(row.adjustment);
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
