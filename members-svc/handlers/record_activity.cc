#include <utility>

#include "lib/status/error.h"
#include "members-svc/handlers/activity_command.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

absl::Status RecordActivity(const Deps& deps, const server::Call& call,
                            const v1::RecordActivityRequest& request,
                            v1::RecordActivityResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(auto commands,
                          ActivityCommands(deps, call, request.program_id(), {&request}));
  LAUREL_ASSIGN_OR_RETURN(Command command, std::move(commands[0]));
  LAUREL_ASSIGN_OR_RETURN(Outcome outcome, deps.ledger.Run(std::move(command)));
  *response->mutable_activity() = std::get<v1::Activity>(std::move(outcome));
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
