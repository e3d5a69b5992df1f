#include "lib/server/server.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"
#include "lib/auth/peers.h"
#include "lib/base/check.h"
#include "lib/client/channel.h"
#include "lib/config/file.h"
#include "lib/log/log.h"
#include "lib/metrics/exposer.h"
#include "lib/rules/rules.h"
#include "lib/server/clock_service.h"
#include "lib/server/health_port.h"
#include "lib/server/self_check.h"
#include "lib/status/error.h"
#include "lib/tls/tls.h"

namespace laurel::server {
namespace {

constexpr int kMaxStreams = 256;
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxMessageBytes = 4 << 20;
constexpr int kHandshakeTimeoutMs = 5000;
constexpr int kConnectionAgeMs = 10 * 60 * 1000;
constexpr int kConnectionAgeGraceMs = 30 * 1000;
// Clients ping every 30 s; more often than this is abuse.
constexpr int kMinPingIntervalMs = 10 * 1000;
constexpr int kKeepaliveMs = 60 * 1000;
constexpr int kKeepaliveTimeoutMs = 10 * 1000;
// Tasks that may wait, per worker: at 10 ms a task, the last one waits some 0.6 s.
constexpr size_t kQueuedPerWorker = 64;

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Otherwise a second process on the same port would silently take half of the connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Returns once `wake_fd` can be read or SIGTERM or SIGINT arrives; takes the signal.
void WaitForStop(int wake_fd) {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
  LAUREL_CHECK(signal_fd >= 0);
  pollfd waits[] = {{.fd = wake_fd, .events = POLLIN, .revents = 0},
                    {.fd = signal_fd, .events = POLLIN, .revents = 0}};
  while (poll(waits, 2, -1) < 0) LAUREL_CHECK(errno == EINTR);
  if ((waits[1].revents & POLLIN) != 0) {
    signalfd_siginfo info{};
    LAUREL_CHECK(read(signal_fd, &info, sizeof info) == sizeof info);
    log::Info("asked to stop", {{"signal", info.ssi_signo}});
  }
  close(signal_fd);
}

void PrepareGrpc() {
  static const bool kPrepared = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(kPrepared);
}

}  // namespace

struct Server::State {
  // How the program reaches its own port: where it listens on all addresses, by loopback.
  client::ChannelOptions Self() const {
    std::string host = options.listen.substr(0, options.listen.rfind(':'));
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "[::]") host = "[::1]";
    return {.target = absl::StrCat(host, ":", port),
            .peer_name = service,
            .files = {.ca = ca_file, .cert = options.cert_file, .key = options.key_file},
            .retries = false};
  }

  config::ServerOptions options;
  base::SystemClock system_clock;
  std::unique_ptr<base::ManualClock> manual_clock;
  std::shared_ptr<grpc::ServerCredentials> credentials;
  std::unique_ptr<metrics::Registry> registry;
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<grpc::Service> clock_service;
  std::vector<grpc::Service*> services;
  std::vector<std::pair<std::string, std::function<void()>>> on_drain;
  std::unique_ptr<metrics::Exposer> exposer;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HealthPort> health;
  std::string service;
  std::string ca_file;
  int port = 0;
  int stop_fd = -1;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  // Without the callbacks: what they would close may be gone already.
  state_->on_drain.clear();
  if (state_->server != nullptr) Drain();
  close(state_->stop_fd);
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(std::string_view service,
                                                       const config::Common& common,
                                                       const config::ServerOptions& options) {
  if (common.manual_clock && common.production) {
    return status::Refused("CLOCK_IN_PRODUCTION",
                           "LAUREL_COMMON_CLOCK=manual is for tests, not for production.");
  }
  auto state = std::make_unique<State>();
  state->options = options;
  state->service = std::string(service);
  state->ca_file = common.ca_file;
  LAUREL_ASSIGN_OR_RETURN(auth::Peers peers, auth::Peers::Load(common.peers_file));
  LAUREL_ASSIGN_OR_RETURN(state->credentials, tls::ServerCredentials({.ca = common.ca_file,
                                                                      .cert = options.cert_file,
                                                                      .key = options.key_file}));
  state->registry = std::make_unique<metrics::Registry>(service);
  state->runtime = std::make_unique<Runtime>(
      *state->registry,
      Runtime::Options{.peers = std::move(peers),
                       .workers = options.workers,
                       .queue_capacity = static_cast<size_t>(options.workers) * kQueuedPerWorker,
                       .log_sample = common.log_sample});
  if (common.manual_clock) {
    state->manual_clock = std::make_unique<base::ManualClock>(state->system_clock.Now());
    state->clock_service = NewClockService(*state->runtime, *state->manual_clock);
    state->services.push_back(state->clock_service.get());
  }
  state->stop_fd = eventfd(0, EFD_CLOEXEC);
  LAUREL_CHECK(state->stop_fd >= 0);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const base::Clock& Server::clock() const {
  if (state_->manual_clock != nullptr) return *state_->manual_clock;
  return state_->system_clock;
}

base::IdSource& Server::ids() { return state_->runtime->ids(); }
metrics::Registry& Server::metrics() { return *state_->registry; }
Runtime& Server::runtime() { return *state_->runtime; }
int Server::port() const { return state_->port; }
int Server::metrics_port() const {
  return state_->exposer == nullptr ? 0 : state_->exposer->port();
}

int Server::health_port() const { return state_->health == nullptr ? 0 : state_->health->port(); }

void Server::Add(grpc::Service* service) { state_->services.push_back(service); }

void Server::OnDrain(std::string name, std::function<void()> callback) {
  state_->on_drain.emplace_back(std::move(name), std::move(callback));
}

absl::Status Server::CheckRules() const {
  std::string problems;
  for (const std::string& name : state_->runtime->services()) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    const absl::Status status = rules::CheckServiceRules(service);
    if (!status.ok()) absl::StrAppend(&problems, problems.empty() ? "" : " ", status.message());
  }
  if (problems.empty()) return absl::OkStatus();
  return status::Refused("RULES_INVALID", problems);
}

absl::Status Server::Listen() {
  const config::ServerOptions& options = state_->options;
  LAUREL_ASSIGN_OR_RETURN(state_->exposer,
                          metrics::Exposer::Start(options.metrics_listen, *state_->registry));
  PrepareGrpc();
  grpc::ServerBuilder builder;
  SetLimits(builder);
  builder.AddListeningPort(options.listen, state_->credentials, &state_->port);
  for (grpc::Service* service : state_->services) builder.RegisterService(service);
  state_->server = builder.BuildAndStart();
  if (state_->server == nullptr || state_->port == 0) {
    state_->server = nullptr;
    return status::Error(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                         "cannot serve gRPC on " + options.listen);
  }
  auto* const health = state_->server->GetHealthCheckService();
  for (const std::string& name : state_->runtime->services()) {
    health->SetServingStatus(name, true);
  }
  if (!options.health_listen.empty()) {
    absl::StatusOr<std::unique_ptr<HealthPort>> health_port = HealthPort::Start(
        options.health_listen, [self = state_->Self()](std::function<void(bool)> done) {
          CheckSelf(self, std::move(done));
        });
    if (!health_port.ok()) {
      state_->server->Shutdown();
      state_->server = nullptr;
      return health_port.status();
    }
    state_->health = *std::move(health_port);
  }
  return absl::OkStatus();
}

absl::Status Server::Start() {
  LAUREL_CHECK(state_->server == nullptr);
  LAUREL_RETURN_IF_ERROR(CheckRules());
  const std::string& ready_file = state_->options.ready_file;
  if (!ready_file.empty()) unlink(ready_file.c_str());  // an earlier run's says nothing of this one
  LAUREL_RETURN_IF_ERROR(Listen());
  if (!ready_file.empty()) {
    const absl::Status written = config::WriteFileAtomically(
        ready_file, absl::StrCat("{\"port\":", port(), ",\"metrics_port\":", metrics_port(),
                                 ",\"pid\":", getpid(), "}\n"));
    if (!written.ok()) {
      Drain();
      return written;
    }
  }
  log::Info("serving", {{"port", port()},
                        {"metrics_port", metrics_port()},
                        {"manual_clock", state_->manual_clock != nullptr}});
  return absl::OkStatus();
}

absl::Status Server::Run() {
  if (state_->server == nullptr) LAUREL_RETURN_IF_ERROR(Start());
  WaitForStop(state_->stop_fd);
  Drain();
  return absl::OkStatus();
}

void Server::Stop() {
  const uint64_t one = 1;
  LAUREL_CHECK(write(state_->stop_fd, &one, sizeof one) == sizeof one);
}

void Server::Drain() {
  log::Info("draining", {{"seconds", state_->options.drain_seconds}});
  if (!state_->options.ready_file.empty()) unlink(state_->options.ready_file.c_str());
  state_->server->GetHealthCheckService()->SetServingStatus(false);
  if (state_->health != nullptr) state_->health->SetServing(false);
  // Load balancers look every so often: calls that still arrive meanwhile are served.
  poll(nullptr, 0, state_->options.drain_notice_ms);
  // Takes no new calls, waits for those that are there, and cancels what is left at the deadline.
  state_->server->Shutdown(absl::ToChronoTime(state_->system_clock.Now() +
                                              absl::Seconds(state_->options.drain_seconds)));
  state_->server->Wait();
  for (const auto& [name, callback] : state_->on_drain) {
    log::Info("closing", {{"part", name}});
    callback();
  }
  state_->server = nullptr;
  state_->health = nullptr;
  state_->exposer = nullptr;
  log::Info("stopped");
}

}  // namespace laurel::server
