// A server that the benchmark starts and stops itself: a program, its environment, a file that says
// when it is ready.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

using Variables = std::map<std::string, std::string>;

class ServerProcess {
 public:
  // Starts `command` with our environment and what `environment` adds to it; READY in a value
  // stands for the path of the ready file: JSON with "port" and, if there is one, "metrics_port".
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      const std::vector<std::string>& command, Variables environment);
  // SIGTERM, and the wait for its end.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // host:port of its gRPC.
  const std::string& target() const { return target_; }
  pid_t pid() const { return pid_; }
  // A counter or gauge of its metrics, summed over labels; 0 if there is none of that name.
  double Metric(const std::string& name) const;

 private:
  ServerProcess() = default;
  absl::Status Launch(const std::vector<std::string>& command, Variables environment);
  absl::Status AwaitReady();

  std::string folder_;
  std::string target_;
  int metrics_port_ = 0;
  pid_t pid_ = -1;
};

// members-svc as it is shipped (mutual TLS, logs) on that database, without subscribers: what it is
// compared with has none either.
absl::StatusOr<std::unique_ptr<ServerProcess>> StartMembers(const std::string& binary,
                                                            const std::string& app_dsn,
                                                            Variables environment = {});

}  // namespace laurel::bench
