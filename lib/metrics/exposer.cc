#include "lib/metrics/exposer.h"

#include <netinet/in.h>
#include <poll.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <thread>

#include "lib/status/error.h"

namespace laurel::metrics {
namespace {

// Opens and drops a connection to a port of this machine.
void Knock(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  static_cast<void>(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  close(fd);
}

}  // namespace

Exposer::Exposer(std::unique_ptr<prometheus::Exposer> exposer, int port)
    : exposer_(std::move(exposer)), port_(port) {}

// civetweb looks every two seconds whether it should end, unless somebody knocks.
Exposer::~Exposer() {
  std::atomic<bool> ended{false};
  std::thread ending([&] {
    exposer_ = nullptr;
    ended = true;
  });
  while (!ended) {
    Knock(port_);
    poll(nullptr, 0, 5);
  }
  ending.join();
}

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
