#include "lib/base/timestamps.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/points_post.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void EarnPoints(const Deps& deps, const server::Call& call, const v1::EarnPointsRequest& request,
                v1::EarnPointsResponse* response, server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = PostOf(request, true);
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
