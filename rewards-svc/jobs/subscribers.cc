#include "rewards-svc/jobs/subscribers.h"

#include <memory>

#include "laurel/events/v1/event.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::rewards {

namespace pb = laurel::events::v1;

absl::StatusOr<std::vector<outbox::Subscriber>> ConnectSubscribers(
    const std::vector<config::NamedTarget>& targets, const tls::Files& files) {
  std::vector<outbox::Subscriber> subscribers;
  for (const config::NamedTarget& target : targets) {
    LAUREL_ASSIGN_OR_RETURN(const auto channel,
                            client::NewChannel({target.target, target.name, files}));
    const std::shared_ptr<pb::EventSinkService::StubInterface> stub =
        pb::EventSinkService::NewStub(channel);
    subscribers.push_back(
        {target.name, [stub](const pb::DeliverRequest& request) {
           const auto context = client::NewContext(client::Background(absl::Seconds(5)));
           pb::DeliverResponse response;
           return status::FromGrpc(stub->Deliver(context.get(), request, &response));
         }});
  }
  return subscribers;
}

}  // namespace laurel::rewards
