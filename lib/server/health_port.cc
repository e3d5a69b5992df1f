#include "lib/server/health_port.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "lib/status/error.h"

namespace laurel::server {
namespace {

namespace pb = grpc::health::v1;

constexpr int kMaxMessageBytes = 4 << 10;
constexpr int kMaxStreams = 16;
constexpr int kConnectionAgeMs = 60 * 1000;

// Reflection and the default health service come to every server as plug-ins: not to this one.
class NothingElse final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

}  // namespace

class HealthPort::Service final : public pb::Health::CallbackService {
 public:
  explicit Service(SelfCheck self_check) : self_check_(std::move(self_check)) {}

  // One answer for all names but one: a program serves all of its services or none.
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const pb::HealthCheckRequest* request,
                                  pb::HealthCheckResponse* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    const auto answer = [reactor, response](bool well) {
      response->set_status(well ? pb::HealthCheckResponse::SERVING
                                : pb::HealthCheckResponse::NOT_SERVING);
      reactor->Finish(grpc::Status::OK);
    };
    if (request->service() == kLiveness) {
      self_check_(answer);
    } else {
      answer(serving_);
    }
    return reactor;
  }

  void SetServing(bool serving) { serving_ = serving; }

 private:
  const SelfCheck self_check_;
  std::atomic<bool> serving_{true};
};

HealthPort::HealthPort(SelfCheck self_check)
    : service_(std::make_unique<Service>(std::move(self_check))) {}

HealthPort::~HealthPort() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::time_point::min());
  server_->Wait();
}

absl::StatusOr<std::unique_ptr<HealthPort>> HealthPort::Start(const std::string& listen,
                                                              SelfCheck self_check) {
  std::unique_ptr<HealthPort> health(new HealthPort(std::move(self_check)));
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<NothingElse>());
  builder.SetOption(std::make_unique<grpc::HealthCheckServiceServerBuilderOption>(nullptr));
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &health->port_);
  builder.RegisterService(health->service_.get());
  health->server_ = builder.BuildAndStart();
  if (health->server_ == nullptr || health->port_ == 0) {
    health->server_ = nullptr;
    return status::Error(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                         "cannot serve health on " + listen);
  }
  return health;
}

void HealthPort::SetServing(bool serving) { service_->SetServing(serving); }

}  // namespace laurel::server
