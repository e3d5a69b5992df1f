// The gateway put together: configuration in, a running program out. Tests start it too.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/config.h"

namespace laurel::gateway {

class Program {
 public:
  // Loads certificates, issuers and keys, builds the routes, listens and writes the ready file.
  static absl::StatusOr<std::unique_ptr<Program>> Start(const Config& config);
  ~Program();

  int port() const;
  int metrics_port() const;
  // Finishes what has been accepted and ends; at most drain_seconds.
  void Drain();

 private:
  struct Parts;
  explicit Program(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace laurel::gateway
