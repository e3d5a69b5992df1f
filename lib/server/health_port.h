// Health for those who cannot bear a certificate: Kubernetes' kubelet probes gRPC without TLS. A
// port of its own that serves grpc.health.v1.Health/Check and nothing else, neither the program's
// services nor reflection. It says what the health service of the real port says.
#pragma once

#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace laurel::server {

class HealthPort {
 public:
  // `listen` is host:port; port 0 picks one. Says SERVING from the start. UNAVAILABLE,
  // NOT_LISTENING when the port is taken.
  static absl::StatusOr<std::unique_ptr<HealthPort>> Start(const std::string& listen);
  ~HealthPort();
  HealthPort(const HealthPort&) = delete;
  HealthPort& operator=(const HealthPort&) = delete;

  void SetServing(bool serving);
  int port() const { return port_; }

 private:
  class Service;
  HealthPort();

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace laurel::server
