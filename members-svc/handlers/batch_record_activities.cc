#include <utility>
#include <vector>

#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/handlers/activity_command.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/batch_item.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

absl::Status BatchRecordActivities(const Deps& deps, const server::Call& call,
                                   const v1::BatchRecordActivitiesRequest& request,
                                   v1::BatchRecordActivitiesResponse* response) {
  std::vector<const v1::RecordActivityRequest*> items;
  for (const v1::RecordActivityRequest& item : request.requests()) {
    items.push_back(&item);
    response->add_results();
  }
  LAUREL_ASSIGN_OR_RETURN(auto commands, ActivityCommands(deps, call, request.program_id(), items));
  std::vector<Command> good;
  std::vector<v1::RecordActivityResult*> of_good;
  for (size_t i = 0; i < items.size(); ++i) {
    v1::RecordActivityResult* result = response->mutable_results(static_cast<int>(i));
    absl::Status bad =
        CheckBatchItem(request.program_id(), items[i]->program_id(), items[i]->request_id());
    if (bad.ok()) bad = commands[i].status();
    if (!bad.ok()) {
      *result->mutable_error() = status::ToProto(bad);
      continue;
    }
    good.push_back(*std::move(commands[i]));
    of_good.push_back(result);
  }
  auto outcomes = deps.ledger.RunAll(std::move(good));
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].ok()) {
      *of_good[i]->mutable_activity() = std::get<v1::Activity>(*std::move(outcomes[i]));
    } else {
      *of_good[i]->mutable_error() = status::ToProto(outcomes[i].status());
    }
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
