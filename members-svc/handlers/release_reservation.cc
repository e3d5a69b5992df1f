#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void ReleaseReservation(const Deps& deps, const server::Call& call,
                        const v1::ReleaseReservationRequest& request,
                        v1::ReleaseReservationResponse* response, server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = EndReservation{
      .reservation_id = base::DecodeId("rsv", request.reservation_id()).value_or(base::Uuid{}),
      .how = EndReservation::How::kRelease};
  command.answer = Into(response->mutable_reservation(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
