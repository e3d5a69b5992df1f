#include "rewards-svc/jobs/saga_worker.h"

#include <algorithm>

#include "lib/client/channel.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards {
namespace {

constexpr int kDrivers = 4;
constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kKeyLife = absl::Hours(24 * 30);
constexpr int64_t kForgetAtOnce = 2000;

absl::Time Soon() { return client::Background(absl::Seconds(5)).deadline; }

}  // namespace

SagaWorker::SagaWorker(const Parts& parts) : parts_(parts) {
  for (int i = 0; i < kDrivers; ++i) {
    jobs_.emplace_back("drive sagas", kPoll, [this] { return Drive(); });
  }
  jobs_.emplace_back("measure sagas", absl::Seconds(1), [this] { return Measure(); });
  jobs_.emplace_back("forget saga keys", absl::Minutes(10), [this] { return Forget(); });
}

void SagaWorker::Start() {
  for (jobs::Periodic& job : jobs_) job.Start();
}

void SagaWorker::Stop() {
  for (jobs::Periodic& job : jobs_) job.Stop();
}

absl::StatusOr<bool> SagaWorker::Drive() {
  absl::StatusOr<bool> driven = parts_.sagas.DriveNextDue();
  if (driven.ok()) return driven;
  // Not handed on: a job that fails waits longer and longer, and when the database is back, what
  // waits should not.
  log::Error("a saga could not be driven", {{"error", driven.status().ToString()}});
  return false;
}

absl::StatusOr<bool> SagaWorker::Measure() {
  const absl::Time now = parts_.clock.Now();
  WaitingSagas waiting;
  LAUREL_RETURN_IF_ERROR(parts_.pool.Read(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(waiting, CountWaitingSagas(tx, now));
    return absl::OkStatus();
  }));
  parts_.metrics.waiting_sagas.Set(static_cast<double>(waiting.count));
  parts_.metrics.oldest_saga_seconds.Set(
      waiting.oldest ? std::max(0.0, absl::ToDoubleSeconds(now - *waiting.oldest)) : 0.0);
  parts_.metrics.stuck_sagas.Set(static_cast<double>(waiting.stuck));
  return false;
}

absl::StatusOr<bool> SagaWorker::Forget() {
  const absl::Time before = parts_.clock.Now() - kKeyLife;
  int64_t gone = 0;
  LAUREL_RETURN_IF_ERROR(parts_.pool.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(gone, PurgeSagaKeys(tx, before, kForgetAtOnce));
    return absl::OkStatus();
  }));
  return gone == kForgetAtOnce;
}

}  // namespace laurel::rewards
