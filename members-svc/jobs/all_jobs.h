// What members-svc does without being asked, and how often.
#pragma once

#include <array>
#include <atomic>

#include "lib/jobs/periodic.h"
#include "members-svc/deps.h"
#include "members-svc/jobs/bulk_jobs.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/settle_due.h"

namespace laurel::members {

class AllJobs {
 public:
  // `deps` must outlive it.
  explicit AllJobs(const Deps& deps);

  void Start();
  // Lets what is under way end, and begins nothing more. The ledger must still run.
  void Stop();

 private:
  std::atomic<bool> stopping_ = false;
  BulkJobs bulk_jobs_;
  DailyWork daily_work_;
  const SettleOptions settle_options_;
  jobs::Periodic reservations_;
  jobs::Periodic seals_;
  jobs::Periodic bulk_;
  jobs::Periodic daily_;
  jobs::Periodic settling_;
  const std::array<jobs::Periodic*, 5> jobs_ = {&reservations_, &seals_, &bulk_, &daily_,
                                                &settling_};
};

}  // namespace laurel::members
