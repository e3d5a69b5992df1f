#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/adjustment_store.h"

namespace laurel::members::handlers {

absl::Status RejectAdjustment(const Deps& deps, const server::Call& call,
                              const v1::RejectAdjustmentRequest& request,
                              v1::RejectAdjustmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("adj", request.adjustment_id()).value_or(base::Uuid{});
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(
        tx.Query("reject_adjustment", program, id, call.caller.Principal(), deps.clock.Now())
            .status());
    LAUREL_ASSIGN_OR_RETURN(AdjustmentRow row, GetAdjustment(tx, program, id));
    if (row.adjustment.state() != v1::ADJUSTMENT_STATE_REJECTED) {
      return status::Refused("ADJUSTMENT_STATE", "The adjustment has been approved.");
    }
    *response->mutable_adjustment() = std::move(row.adjustment);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
