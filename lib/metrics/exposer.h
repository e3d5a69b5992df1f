// Serves /metrics on a port of its own. A scrape reads memory only, never the database.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "lib/metrics/registry.h"

namespace prometheus {
class Exposer;
}  // namespace prometheus

namespace laurel::metrics {

class Exposer {
 public:
  // `listen` is host:port; port 0 picks one. UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<Exposer>> Start(const std::string& listen,
                                                        const Registry& registry);
  ~Exposer();
  int port() const { return port_; }

 private:
  explicit Exposer(std::unique_ptr<prometheus::Exposer> exposer, int port);
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_;
};

}  // namespace laurel::metrics
