#include "lib/jobs/periodic.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"
#include "lib/log/log.h"
#include "lib/status/error.h"

namespace laurel::jobs {
namespace {

constexpr absl::Duration kMaxPause = absl::Minutes(1);

}  // namespace

Periodic::Periodic(std::string name, absl::Duration interval, Work work)
    : name_(std::move(name)), interval_(interval), work_(std::move(work)) {}

Periodic::~Periodic() { Stop(); }

void Periodic::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Periodic::Wake() {
  const absl::MutexLock lock(&mutex_);
  ++wakes_;
}

void Periodic::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

bool Periodic::Wait(absl::Duration pause, uint64_t seen, bool only_stop) {
  const absl::MutexLock lock(&mutex_);
  const auto ready = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || (!only_stop && wakes_ != seen);
  };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), pause);
  return !stopping_;
}

void Periodic::Loop() {
  absl::Duration pause = interval_;
  for (;;) {
    uint64_t seen = 0;
    {
      const absl::MutexLock lock(&mutex_);
      if (stopping_) return;
      seen = wakes_;
    }
    const absl::StatusOr<bool> more = work_();
    if (!more.ok()) {
      log::Warn("job failed", {{"job", name_},
                               {"reason", status::ReasonOf(more.status())},
                               {"error", base::FromAbsl(more.status().message())}});
      if (!Wait(pause, seen, true)) return;
      pause = std::min(std::max(pause, absl::Milliseconds(100)) * 2, kMaxPause);
      continue;
    }
    pause = interval_;
    if (!*more && !Wait(pause, seen, false)) return;
  }
}

}  // namespace laurel::jobs
