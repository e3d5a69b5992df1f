#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

absl::Status GetProgram(const Deps& deps, const server::Call& call,
                        const v1::GetProgramRequest& request, v1::GetProgramResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(ProgramRow row, GetProgramRow(tx, program));
    *response->mutable_program() = std::move(row.program);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
