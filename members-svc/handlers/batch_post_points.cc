#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/handlers/batch_item.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/points_post.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {
namespace {

template <typename Request>
absl::StatusOr<Command> CommandOf(const server::Call& call, const std::string& program_id,
                                  const Request& item, bool earn) {
  LAUREL_RETURN_IF_ERROR(CheckBatchItem(program_id, item.program_id(), item.request_id()));
  Command command = NewCommand(call, {program_id, item.member_id(), "", item.request_id()}, item);
  command.what = PostOf(item, earn);
  return command;
}

absl::StatusOr<Command> CommandOf(const server::Call& call, const std::string& program_id,
                                  const v1::PointsPost& post) {
  if (post.has_earn()) return CommandOf(call, program_id, post.earn(), true);
  if (post.has_spend()) return CommandOf(call, program_id, post.spend(), false);
  return status::InvalidRequest({{"posts", "an item must have earn or spend"}});
}

}  // namespace

void BatchPostPoints(const Deps& deps, const server::Call& call,
                     const v1::BatchPostPointsRequest& request,
                     v1::BatchPostPointsResponse* response, server::Done done) {
  const auto gathering =
      std::make_shared<Gathering>(static_cast<size_t>(request.posts_size()), std::move(done));
  for (int i = 0; i < request.posts_size(); ++i) response->add_results();
  for (int i = 0; i < request.posts_size(); ++i) {
    v1::PointsPostResult* result = response->mutable_results(i);
    absl::StatusOr<Command> command = CommandOf(call, request.program_id(), request.posts(i));
    if (!command.ok()) {
      *result->mutable_error() = status::ToProto(command.status());
      gathering->ItemDone();
      continue;
    }
    command->answer = [result, gathering](absl::StatusOr<Outcome> outcome) {
      if (outcome.ok()) {
        *result->mutable_entry() = std::get<v1::Entry>(*std::move(outcome));
      } else {
        *result->mutable_error() = status::ToProto(outcome.status());
      }
      gathering->ItemDone();
    };
    deps.ledger.Submit(*std::move(command));
  }
}

}  // namespace laurel::members::handlers
