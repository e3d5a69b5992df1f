// What members-svc does without being asked, and how often.
#pragma once

#include <array>
#include <atomic>

#include "lib/jobs/periodic.h"
#include "members-svc/deps.h"
#include "members-svc/jobs/attach_orders.h"
#include "members-svc/jobs/bulk_jobs.h"
#include "members-svc/jobs/daily_occasions.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/post_occasions.h"
#include "members-svc/jobs/replay_orders.h"
#include "members-svc/jobs/settle_due.h"
#include "members-svc/jobs/tier_worker.h"

namespace laurel::members {

class AllJobs {
 public:
  // `deps` and the queue must outlive it. `on_passed_over` is told of each member whose tiers or
  // segments could not be evaluated.
  AllJobs(const Deps& deps, TierQueue& tiers, const OnPassedOver& on_passed_over);

  void Start();
  // Lets what is under way end, and begins nothing more. The ledger must still run.
  void Stop();

 private:
  std::atomic<bool> stopping_ = false;
  BulkJobs bulk_jobs_;
  DailyOccasions daily_occasions_;
  const BirthdayKeys birthdays_;
  DailyWork daily_work_;
  TierWorker tier_worker_;
  PostOccasions post_occasions_;
  ReplayOrders replay_orders_;
  AttachOrders attach_orders_;
  const SettleOptions settle_options_;
  jobs::Periodic reservations_;
  jobs::Periodic seals_;
  jobs::Periodic bulk_;
  jobs::Periodic daily_;
  jobs::Periodic settling_;
  jobs::Periodic replays_;
  jobs::Periodic attaching_;
  jobs::Periodic occasions_;
  jobs::Periodic tiers_;
  const std::array<jobs::Periodic*, 9> jobs_ = {&reservations_, &seals_,     &bulk_,
                                                &daily_,        &settling_,  &replays_,
                                                &attaching_,    &occasions_, &tiers_};
};

}  // namespace laurel::members
