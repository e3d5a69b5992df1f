#include "lib/metrics/exposer.h"

#include <prometheus/exposer.h>

#include <exception>

#include "lib/status/error.h"

namespace laurel::metrics {

Exposer::Exposer(std::unique_ptr<prometheus::Exposer> exposer, int port)
    : exposer_(std::move(exposer)), port_(port) {}

Exposer::~Exposer() = default;

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& listen,
                                                        const Registry& registry) {
  // civetweb throws when it cannot bind.
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(listen, 2);
    exposer->RegisterCollectable(registry.prometheus());
    const std::vector<int> ports = exposer->GetListeningPorts();
    if (!ports.empty()) {
      return std::unique_ptr<Exposer>(new Exposer(std::move(exposer), ports.front()));
    }
  } catch (const std::exception& e) {
    return status::Error(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                         "cannot serve metrics on " + listen + ": " + e.what());
  }
  return status::Error(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                       "cannot serve metrics on " + listen);
}

}  // namespace laurel::metrics
