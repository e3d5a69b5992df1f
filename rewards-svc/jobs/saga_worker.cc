#include "rewards-svc/jobs/saga_worker.h"

#include <algorithm>

#include "lib/client/channel.h"
#include "lib/idempotency/once.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards {
namespace {

constexpr absl::Duration kKeyLife = absl::Hours(24 * 30);
constexpr int64_t kForgetAtOnce = 1000;
constexpr absl::Duration kLongestPause = absl::Seconds(5);

absl::Time Soon() { return client::Background(absl::Seconds(5)).deadline; }

}  // namespace

SagaWorker::~SagaWorker() { Stop(); }

void SagaWorker::Start() {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Drive(); });
  threads_.emplace_back([this] { Watch(); });
}

void SagaWorker::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  end_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool SagaWorker::Wait(absl::Duration pause) {
  std::unique_lock lock(mutex_);
  end_.wait_for(lock, absl::ToChronoNanoseconds(pause), [this] { return stopping_; });
  return stopping_;
}

void SagaWorker::Drive() {
  absl::Duration pause = absl::ZeroDuration();
  while (!Wait(pause)) {
    const absl::StatusOr<bool> driven = parts_.sagas.DriveNextDue();
    if (driven.ok()) {
      pause = *driven ? absl::ZeroDuration() : options_.poll;
    } else {
      log::Error("a saga could not be driven", {{"error", driven.status().ToString()}});
      pause = std::clamp(pause * 2, options_.poll, kLongestPause);
    }
  }
}

void SagaWorker::Watch() {
  int64_t forgotten_us = base::MonotonicMicros();
  while (!Wait(options_.poll)) {
    absl::Status status = Measure();
    if (base::MonotonicMicros() - forgotten_us > absl::ToInt64Microseconds(options_.housekeeping)) {
      forgotten_us = base::MonotonicMicros();
      status.Update(Forget());
    }
    if (!status.ok()) log::Warn("housekeeping failed", {{"error", status.ToString()}});
  }
}

absl::Status SagaWorker::Measure() {
  const absl::Time now = parts_.clock.Now();
  WaitingSagas waiting;
  LAUREL_RETURN_IF_ERROR(parts_.pool.Read(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(waiting, CountWaitingSagas(tx, now));
    return absl::OkStatus();
  }));
  Metrics& metrics = parts_.metrics;
  metrics.waiting_sagas.Set(static_cast<double>(waiting.count));
  metrics.oldest_saga_seconds.Set(
      waiting.oldest ? std::max(0.0, absl::ToDoubleSeconds(now - *waiting.oldest)) : 0.0);
  metrics.stuck_sagas.Set(static_cast<double>(waiting.stuck));
  metrics.outbox_lag_seconds.Set(static_cast<double>(parts_.relay.lag_us()) / 1e6);
  return absl::OkStatus();
}

absl::Status SagaWorker::Forget() {
  const absl::Time now = parts_.clock.Now();
  return parts_.pool.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(idempotency::Purge(tx, now, kForgetAtOnce).status());
    return PurgeSagaKeys(tx, now - kKeyLife, kForgetAtOnce);
  });
}

}  // namespace laurel::rewards
