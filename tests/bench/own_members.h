// A members-svc of the benchmark's own: a fresh database in the suite's cluster, the program as it
// is shipped (mutual TLS, logs), and no subscribers, since what it is compared with has none
// either. Everything is gone at the end.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/operator/settings.h"
#include "tests/testing/database.h"

namespace laurel::bench {

class OwnMembers {
 public:
  // `environment` adds to or wins over the program's settings. `admin_dsn` is a superuser's.
  static absl::StatusOr<std::unique_ptr<OwnMembers>> Start(
      const std::string& binary, const std::map<std::string, std::string>& environment = {});
  // SIGTERM, and the wait for its end.
  ~OwnMembers();
  OwnMembers(const OwnMembers&) = delete;
  OwnMembers& operator=(const OwnMembers&) = delete;

  // host:port of its gRPC.
  const std::string& target() const { return target_; }
  pid_t pid() const { return pid_; }
  testing::TestDatabase& database() { return database_; }

 private:
  OwnMembers();
  absl::Status Launch(const std::string& binary,
                      const std::map<std::string, std::string>& environment);
  absl::Status AwaitReady();

  testing::TestDatabase database_;
  std::string folder_;
  std::string target_;
  pid_t pid_ = -1;
};

}  // namespace laurel::bench
