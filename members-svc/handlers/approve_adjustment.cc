#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/adjustment_store.h"

namespace laurel::members::handlers {
namespace {

// Whoever repeats it gives the ledger the same key and content, and so gets the same entry.
Command CommandOf(const server::Call& call, const base::Uuid& program, const AdjustmentRow& row) {
  const v1::Adjustment& adjustment = row.adjustment;
  Command command;
  command.program_id = program;
  command.member_id = row.member_id;
  command.request_id = base::ToString(row.command_id);
  command.request_key = AdjustmentKeyOf(program, row.member_id, row.command_id);
  command.content_hash = adjustment.adjustment_id();
  command.traceparent = call.trace.Traceparent();
  command.wait_until = call.deadline;
  command.what = members::AdjustPoints{.wallet_type = adjustment.wallet_type(),
                                       .delta = adjustment.delta(),
                                       .reason = adjustment.reason(),
                                       .actor = adjustment.proposer() + " " + adjustment.decider(),
                                       .approved = true};
  return command;
}

}  // namespace

absl::Status ApproveAdjustment(const Deps& deps, const server::Call& call,
                               const v1::ApproveAdjustmentRequest& request,
                               v1::ApproveAdjustmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("adj", request.adjustment_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  const base::Uuid command_id = deps.ids.Next(now);
  AdjustmentRow row;
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(tx.Query("approve_adjustment", program, id, call.caller.Principal(), now,
                                    command_id, now - kProposalLife)
                               .status());
    LAUREL_ASSIGN_OR_RETURN(row, GetAdjustment(tx, program, id));
    return absl::OkStatus();
  }));
  if (row.adjustment.state() == v1::ADJUSTMENT_STATE_PROPOSED) {
    LAUREL_RETURN_IF_ERROR(CheckProposalLives(row.adjustment.create_time(), now));
    return status::Refused("SECOND_PERSON_REQUIRED",
                           "Somebody else than the proposer has to approve it.");
  }
  if (row.adjustment.state() != v1::ADJUSTMENT_STATE_APPROVED) {
    return status::Refused("ADJUSTMENT_STATE", "The adjustment has been rejected.");
  }
  if (row.adjustment.entry_id().empty()) {
    LAUREL_ASSIGN_OR_RETURN(const Outcome outcome, deps.ledger.Run(CommandOf(call, program, row)));
    row.adjustment.set_entry_id(std::get<v1::Entry>(outcome).entry_id());
    const base::Uuid entry_id =
        base::DecodeId("ent", row.adjustment.entry_id()).value_or(base::Uuid{});
    LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
      return tx.Query("carry_out_adjustment", program, id, entry_id).status();
    }));
  }
  *response->mutable_adjustment() = std::move(row.adjustment);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
