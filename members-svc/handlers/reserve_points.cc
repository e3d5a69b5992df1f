#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kDefaultHoldSeconds = 900;

}  // namespace

void ReservePoints(const Deps& deps, const server::Call& call,
                   const v1::ReservePointsRequest& request, v1::ReservePointsResponse* response,
                   server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  const int64_t seconds =
      request.hold_seconds() == 0 ? kDefaultHoldSeconds : request.hold_seconds();
  command.what = members::ReservePoints{.wallet_type = request.wallet_type(),
                                        .amount = request.amount(),
                                        .hold = absl::Seconds(seconds)};
  command.answer = Into(response->mutable_reservation(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
