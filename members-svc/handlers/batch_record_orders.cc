#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/handlers/batch_item.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/order_request.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void BatchRecordOrders(const Deps& deps, const server::Call& call,
                       const v1::BatchRecordOrdersRequest& request,
                       v1::BatchRecordOrdersResponse* response, server::Done done) {
  const auto gathering =
      std::make_shared<Gathering>(static_cast<size_t>(request.requests_size()), std::move(done));
  for (int i = 0; i < request.requests_size(); ++i) response->add_results();
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::RecordOrderRequest& item = request.requests(i);
    v1::RecordOrderResult* result = response->mutable_results(i);
    absl::Status bad = CheckBatchItem(request.program_id(), item.program_id(), item.request_id());
    if (bad.ok()) bad = CheckOrderRequest(call, item);
    if (!bad.ok()) {
      *result->mutable_error() = status::ToProto(bad);
      gathering->ItemDone();
      continue;
    }
    Command command = OrderCommand(deps, call, request.program_id(), item);
    command.answer = [result, gathering](absl::StatusOr<Outcome> outcome) {
      if (outcome.ok()) {
        *result->mutable_order() = std::get<v1::Order>(*std::move(outcome));
      } else {
        *result->mutable_error() = status::ToProto(outcome.status());
      }
      gathering->ItemDone();
    };
    deps.ledger.Submit(std::move(command));
  }
}

}  // namespace laurel::members::handlers
