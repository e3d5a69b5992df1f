#include "lib/server/self_check.h"

#include <memory>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"

namespace laurel::server {
namespace {

namespace pb = grpc::health::v1;

constexpr absl::Duration kPatience = absl::Seconds(3);

// Everything that lives as long as the call; its channel goes with it, and so does the connection.
struct SelfCall {
  std::unique_ptr<pb::Health::Stub> stub;
  std::unique_ptr<grpc::ClientContext> context;
  pb::HealthCheckRequest request;
  pb::HealthCheckResponse response;
};

}  // namespace

void CheckSelf(const client::ChannelOptions& options, std::function<void(bool)> done) {
  const auto channel = client::NewChannel(options);
  if (!channel.ok()) return done(false);
  auto call = std::make_shared<SelfCall>();
  call->stub = pb::Health::NewStub(*channel);
  call->context = client::NewContext(client::Background(kPatience));
  call->stub->async()->Check(
      call->context.get(), &call->request, &call->response,
      [call, done = std::move(done)](const grpc::Status& status) { done(status.ok()); });
}

}  // namespace laurel::server
