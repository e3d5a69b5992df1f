#include "gateway/program.h"

#include <unistd.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/auth/authenticator.h"
#include "gateway/gateway.h"
#include "gateway/http/server.h"
#include "gateway/metrics.h"
#include "gateway/pages.h"
#include "gateway/transcode/routes.h"
#include "gateway/upstream/upstreams.h"
#include "lib/base/clock.h"
#include "lib/client/channel.h"
#include "lib/config/file.h"
#include "lib/log/log.h"
#include "lib/metrics/exposer.h"
#include "lib/metrics/registry.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

using Channels = std::map<std::string, std::shared_ptr<grpc::ChannelInterface>>;

absl::StatusOr<Channels> OpenChannels(const Config& config) {
  Channels channels;
  for (const auto& [service, target] : config.targets) {
    client::ChannelOptions options;
    options.target = target;
    options.peer_name = service;
    options.files = {config.common.ca_file, config.server.cert_file, config.server.key_file};
    LAUREL_ASSIGN_OR_RETURN(channels[service], client::NewChannel(options));
  }
  return channels;
}

// A route whose service has no target would be a promise that cannot be kept.
absl::Status CheckTargets(const Routes& routes, const Upstreams& upstreams) {
  for (const Route& route : routes.all()) {
    if (!upstreams.Has(route.service)) {
      return status::Refused("ROUTE_INVALID",
                             route.method->full_name() + ": its service has no target");
    }
  }
  return absl::OkStatus();
}

}  // namespace

struct Program::Parts {
  explicit Parts(Routes all_routes, const Config& all_config)
      : config(all_config), routes(std::move(all_routes)), registry("gateway"), metrics(registry) {}

  const Config config;
  const Routes routes;
  base::SystemClock clock;
  base::IdSource ids;
  metrics::Registry registry;
  Metrics metrics;
  std::unique_ptr<Upstreams> upstreams;
  std::unique_ptr<Authenticator> authenticator;
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<metrics::Exposer> exposer;
  // Last: it uses all the others, so it ends first.
  std::unique_ptr<HttpServer> http;
};

Program::Program(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Program::~Program() = default;

absl::StatusOr<std::unique_ptr<Program>> Program::Start(const Config& config) {
  LAUREL_ASSIGN_OR_RETURN(Routes routes, Routes::FromGeneratedPool());
  auto parts = std::make_unique<Parts>(std::move(routes), config);
  LAUREL_ASSIGN_OR_RETURN(const Channels channels, OpenChannels(config));
  parts->upstreams = std::make_unique<Upstreams>(channels);
  LAUREL_RETURN_IF_ERROR(CheckTargets(parts->routes, *parts->upstreams));

  LAUREL_ASSIGN_OR_RETURN(const std::string issuers_text, config::ReadFile(config.issuers_file));
  LAUREL_ASSIGN_OR_RETURN(auto issuers, ParseIssuers(issuers_text));
  parts->authenticator =
      std::make_unique<Authenticator>(std::move(issuers), *parts->upstreams, parts->clock,
                                      parts->registry, Authenticator::Options());
  LAUREL_RETURN_IF_ERROR(parts->authenticator->LoadKeys());

  LAUREL_ASSIGN_OR_RETURN(Pages pages, MakePages(parts->routes, config.public_url));
  parts->gateway = std::make_unique<Gateway>(
      Gateway::Deps{.routes = parts->routes,
                    .authenticator = *parts->authenticator,
                    .upstreams = *parts->upstreams,
                    .metrics = parts->metrics,
                    .clock = parts->clock,
                    .ids = parts->ids,
                    .pages = std::move(pages),
                    .call_timeout = absl::Milliseconds(config.call_timeout_ms),
                    .log_sample = config.common.log_sample});
  LAUREL_ASSIGN_OR_RETURN(parts->exposer,
                          metrics::Exposer::Start(config.server.metrics_listen, parts->registry));
  Gateway& gateway = *parts->gateway;
  prometheus::Gauge& connections = parts->metrics.connections();
  parts->http = std::make_unique<HttpServer>(
      config.http,
      HttpServer::Callbacks{
          .handle = [&gateway](HttpRequest request) { return gateway.Handle(std::move(request)); },
          .refuse = [&gateway](int status,
                               std::string_view why) { return gateway.Refuse(status, why); },
          .connections =
              [&connections](size_t open) { connections.Set(static_cast<double>(open)); }});
  LAUREL_RETURN_IF_ERROR(parts->http->Start(config.server.listen));
  auto program = std::unique_ptr<Program>(new Program(std::move(parts)));
  if (!config.server.ready_file.empty()) {
    LAUREL_RETURN_IF_ERROR(config::WriteFileAtomically(
        config.server.ready_file,
        absl::StrCat("{\"port\":", program->port(), ",\"metrics_port\":", program->metrics_port(),
                     ",\"pid\":", getpid(), "}\n")));
  }
  log::Info("serving", {{"port", program->port()}, {"metrics_port", program->metrics_port()}});
  return program;
}

int Program::port() const { return parts_->http->port(); }
int Program::metrics_port() const { return parts_->exposer->port(); }

void Program::Drain() {
  log::Info("draining");
  parts_->gateway->BeginDrain();
  parts_->http->AnnounceDrain();
  std::this_thread::sleep_for(std::chrono::milliseconds(parts_->config.server.drain_notice_ms));
  parts_->http->Drain(std::chrono::seconds(parts_->config.server.drain_seconds));
  log::Info("drained");
}

}  // namespace laurel::gateway
