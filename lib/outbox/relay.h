// Delivers the outbox to its subscribers: at least once, per member in order, one delivery in
// flight per subscriber and lane. A lease with a growing fence makes sure that of several processes
// one delivers; the consumer refuses a fence older than the newest it has seen. A row goes when
// every subscriber has acknowledged it. A subscriber that is down holds up nobody but itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::outbox {

struct Subscriber {
  std::string name;
  // Delivers; OK only when the consumer has committed. Bounded by its own deadline.
  std::function<absl::Status(const events::v1::DeliverRequest&)> deliver;
};

struct RelayOptions {
  std::string source;  // "members"
  int lane = 0;
  // How long an idle relay waits before it looks again without being woken.
  absl::Duration poll = absl::Milliseconds(200);
  absl::Duration lease = absl::Seconds(10);
  // How long events gather after a delivery that carried few.
  absl::Duration gather = absl::Milliseconds(25);
  // Rows per delivery, cut further at 2,000 events and about 2 MB; one row that is larger goes in
  // several deliveries, and is acknowledged after the last.
  int64_t max_rows = 64;
};

class Relay {
 public:
  Relay(db::Pool& pool, const base::Clock& clock, base::IdSource& ids, RelayOptions options,
        std::vector<Subscriber> subscribers);
  ~Relay();  // Stop()
  void Start();
  // After a commit: look now.
  void Wake();
  // Ends after the delivery in flight.
  void Stop();

  // Rows delivered and deliveries failed since the start (for the metrics; kept by the loops, no
  // query).
  int64_t delivered() const { return delivered_.load(); }
  int64_t failures() const { return failures_.load(); }
  // For how many microseconds the oldest row that a subscriber has not acknowledged has been
  // committed; 0 when none waits.
  int64_t lag_us() const;

  // One round for one subscriber: renew the lease, read, deliver, acknowledge. The number of rows
  // delivered; public for tests.
  absl::StatusOr<int64_t> Round(size_t subscriber);

 private:
  void Loop(size_t subscriber);
  // The fence under which this process delivers to a subscriber; 0: another one does.
  absl::StatusOr<int64_t> Lease(size_t subscriber);

  db::Pool& pool_;
  const base::Clock& clock_;
  const base::Uuid holder_;
  const RelayOptions options_;
  const std::vector<Subscriber> subscribers_;
  struct Held {
    int64_t fence = 0;
    absl::Time renew_at = absl::InfinitePast();
  };
  std::vector<Held> held_;  // per subscriber; each touched by its own loop
  std::string all_names_;   // array literal
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  uint64_t wakes_ = 0;
  bool stopping_ = false;
  std::atomic<int64_t> delivered_{0};
  std::atomic<int64_t> failures_{0};
  // Per subscriber, when its oldest waiting row was committed; 0: none waits.
  std::vector<std::atomic<int64_t>> waiting_since_us_;
};

}  // namespace laurel::outbox
