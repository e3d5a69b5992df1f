// The gRPC server of a program: mutual TLS, limits on everything, health, reflection, metrics, the
// ready file, and an end in which every accepted call gets its answer. Refuses to start with an rpc
// whose rules are missing (lib/rules), and with a manual clock beside production.
//
// A main.cc:
//
//   absl::Status Serve() {
//     config::Reader reader("MEMBERS", config::Environment());
//     const members::Config config = members::ReadConfig(reader);   // .common, .server, .dsn …
//     LAUREL_RETURN_IF_ERROR(reader.Finish());
//     log::Info("configured", {{"settings", reader.Describe()}});
//
//     LAUREL_ASSIGN_OR_RETURN(auto server,
//                             server::Server::Create("members", config.common, config.server));
//     LAUREL_ASSIGN_OR_RETURN(auto pool, db::Pool::Open(config.dsn, …));
//     members::Deps deps{.clock = server->clock(), .ids = server->ids(), .pool = *pool, …};
//
//     members::MemberService member_service(server->runtime(), deps);
//     server->Add(&member_service);
//     server->OnDrain("batcher", [&] { deps.batcher.Stop(); });   // in this order
//     server->OnDrain("pool", [&] { pool->Close(); });
//     return server->Run();
//   }
//
//   int main(int argc, char** argv) {
//     return server::Main(argc, argv, {.program = "members-svc", .serve = Serve,
//                                      .migrate = Migrate});
//   }
#pragma once

#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/config/reader.h"
#include "lib/metrics/registry.h"
#include "lib/server/runtime.h"

namespace laurel::server {

class Server {
 public:
  // `service` is "members" and so on: the middle of metric names. Reads certificates and peers.
  // FAILED_PRECONDITION, CLOCK_IN_PRODUCTION for a manual clock beside production.
  static absl::StatusOr<std::unique_ptr<Server>> Create(std::string_view service,
                                                        const config::Common& common,
                                                        const config::ServerOptions& options);
  // A server that still serves is shut down, without the callbacks of OnDrain.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The program's clock: the system's, or the one that ClockService sets.
  const base::Clock& clock() const;
  base::IdSource& ids();
  metrics::Registry& metrics();
  Runtime& runtime();

  // Before Start; the service must outlive the server.
  void Add(grpc::Service* service);
  // After the last call has been answered, callbacks run one after the other in the order given
  // here: flush batchers, stop jobs, close pools. What they use must outlive Run().
  void OnDrain(std::string name, std::function<void()> callback);

  // Binds, serves and writes the ready file. Errors: RULES_INVALID, or UNAVAILABLE, NOT_LISTENING.
  absl::Status Start();
  // Start (if that is still to be done), then serve until SIGTERM, SIGINT or Stop(), then drain.
  absl::Status Run();
  // Lets Run drain and return. From any thread; also before Run.
  void Stop();

  // After Start.
  int port() const;
  int metrics_port() const;
  // 0 without a port for health alone.
  int health_port() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  absl::Status CheckRules() const;
  absl::Status Listen();
  void Drain();

  std::unique_ptr<State> state_;
};

}  // namespace laurel::server
