// Health for those who cannot bear a certificate: Kubernetes' kubelet probes gRPC without TLS. A
// port of its own that serves grpc.health.v1.Health/Check and nothing else, neither the program's
// services nor reflection. It says what the health service of the real port says; asked for the
// service "liveness", it says whether the real port still takes a new connection, since gRPC 1.51
// can go deaf there and live on.
#pragma once

#include <grpcpp/server.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace laurel::server {

inline constexpr char kLiveness[] = "liveness";

class HealthPort {
 public:
  // Finds out whether the real port answers, and says so, once, from any thread, in bounded time.
  using SelfCheck = std::function<void(std::function<void(bool)>)>;

  // `listen` is host:port; port 0 picks one. Says SERVING from the start. UNAVAILABLE,
  // NOT_LISTENING when the port is taken.
  static absl::StatusOr<std::unique_ptr<HealthPort>> Start(const std::string& listen,
                                                           SelfCheck self_check);
  ~HealthPort();
  HealthPort(const HealthPort&) = delete;
  HealthPort& operator=(const HealthPort&) = delete;

  void SetServing(bool serving);
  int port() const { return port_; }

 private:
  class Service;
  explicit HealthPort(SelfCheck self_check);

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace laurel::server
