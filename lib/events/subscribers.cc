#include "lib/events/subscribers.h"

#include <memory>

#include "laurel/events/v1/event.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::events {
namespace {

constexpr absl::Duration kDeliveryTimeout = absl::Seconds(10);

}  // namespace

absl::StatusOr<std::vector<outbox::Subscriber>> MakeSubscribers(
    const std::vector<config::NamedTarget>& targets, const tls::Files& files) {
  std::vector<outbox::Subscriber> subscribers;
  for (const auto& [name, target] : targets) {
    LAUREL_ASSIGN_OR_RETURN(
        const auto channel,
        client::NewChannel({.target = target, .peer_name = name, .files = files}));
    std::shared_ptr<events::v1::EventSinkService::StubInterface> stub =
        events::v1::EventSinkService::NewStub(channel);
    subscribers.push_back(
        {name, [stub](const events::v1::DeliverRequest& request) {
           const auto context = client::NewContext(client::Background(kDeliveryTimeout));
           events::v1::DeliverResponse response;
           return status::FromGrpc(stub->Deliver(context.get(), request, &response));
         }});
  }
  return subscribers;
}

}  // namespace laurel::events
