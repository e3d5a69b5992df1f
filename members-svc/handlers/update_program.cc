#include "lib/status/error.h"
#include "members-svc/domain/program_validation.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

// What is given replaces what is there.
v1::Program Changed(v1::Program program, const v1::UpdateProgramRequest& request) {
  if (request.has_display_name()) program.set_display_name(request.display_name());
  if (request.has_max_backdating_days()) {
    program.set_max_backdating_days(request.max_backdating_days());
  }
  if (request.has_order_matching()) {
    *program.mutable_order_matching() = request.order_matching().kinds();
  }
  if (request.has_attach_window_days()) {
    program.set_attach_window_days(request.attach_window_days());
  }
  if (request.has_visit_window_minutes()) {
    program.set_visit_window_minutes(request.visit_window_minutes());
  }
  if (request.has_return_mode()) program.set_return_mode(request.return_mode());
  if (request.has_campaigns_need_approval()) {
    program.set_campaigns_need_approval(request.campaigns_need_approval());
  }
  if (request.has_languages()) *program.mutable_languages() = request.languages().codes();
  const google::protobuf::Timestamp create_time = program.create_time();
  Normalise(&program);
  *program.mutable_create_time() = create_time;
  return program;
}

absl::StatusOr<v1::Program> Change(db::Tx& tx, const base::Uuid& id,
                                   const v1::UpdateProgramRequest& request,
                                   const std::string& principal, absl::Time now) {
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, id));
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, id));
  if (request.etag() != row.program.etag()) {
    return status::Error(absl::StatusCode::kAborted, "PROGRAM_CHANGED",
                         "The programme has been changed meanwhile.",
                         {{"etag", row.program.etag()}});
  }
  const v1::Program program = Changed(row.program, request);
  LAUREL_RETURN_IF_ERROR(ValidateSettings(program));
  LAUREL_RETURN_IF_ERROR(
      UpdateProgramRow(tx, id, program, row.settings_version + 1, principal, now));
  LAUREL_ASSIGN_OR_RETURN(ProgramRow stored, GetProgramRow(tx, id));
  return std::move(stored.program);
}

}  // namespace

absl::Status UpdateProgram(const Deps& deps, const server::Call& call,
                           const v1::UpdateProgramRequest& request,
                           v1::UpdateProgramResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateProgram", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_program(),
                                  Change(tx, program, request, call.caller.Principal(), now));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
