#include "members-svc/jobs/all_jobs.h"

#include "lib/status/error.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/jobs/seal_roots.h"

namespace laurel::members {
namespace {

constexpr absl::Duration kReservationsInterval = absl::Seconds(5);
constexpr absl::Duration kSealInterval = absl::Minutes(1);
constexpr absl::Duration kBulkInterval = absl::Seconds(1);
// How soon after a midnight the programme's daily work begins.
constexpr absl::Duration kDailyInterval = absl::Seconds(10);
// Points that fall due between two midnights are settled within this.
constexpr absl::Duration kSettleInterval = absl::Minutes(10);
// How soon after an order its member's tier is looked at.
constexpr absl::Duration kTierInterval = absl::Seconds(1);
constexpr absl::Duration kReplayInterval = absl::Seconds(1);
// How soon after an enrolment the orders of before are the member's.
constexpr absl::Duration kAttachInterval = absl::Seconds(2);
// How soon campaigns run for who joined, came into a tier or returned something.
constexpr absl::Duration kOccasionInterval = absl::Seconds(1);

}  // namespace

AllJobs::AllJobs(const Deps& deps, TierQueue& tiers, const OnPassedOver& on_passed_over)
    : bulk_jobs_(deps.pool, deps.clock, deps.ids, deps.ledger),
      daily_occasions_({deps.pool, deps.clock, deps.keys, deps.index}),
      birthdays_{deps.keys, deps.index},
      daily_work_({deps.pool, deps.clock, deps.ids, deps.ledger, deps.campaigns, deps.relay,
                   &daily_occasions_, &birthdays_, on_passed_over}),
      tier_worker_({deps.pool, deps.clock, deps.ids, deps.relay, tiers, &deps.campaigns,
                    &birthdays_, on_passed_over}),
      post_occasions_({deps.pool, deps.clock, deps.ledger}),
      replay_orders_({deps.pool, deps.clock, deps.ids, deps.campaigns}),
      attach_orders_({deps.pool, deps.clock, deps.ledger, deps.campaigns}),
      settle_options_{.first_slice = static_cast<int>(deps.ids.Random64() % kSlices)},
      reservations_("expire reservations", kReservationsInterval,
                    [&deps]() -> absl::StatusOr<bool> {
                      LAUREL_ASSIGN_OR_RETURN(
                          const int64_t released,
                          ExpireReservations(deps.pool, deps.clock, deps.ledger));
                      return released > 0;  // looks again at once for what fell due meanwhile
                    }),
      seals_("seal roots", kSealInterval, [&deps] { return SealNextHour(deps.pool, deps.clock); }),
      bulk_("bulk jobs", kBulkInterval, [this] { return bulk_jobs_.Round(); }),
      daily_("daily work", kDailyInterval, [this] { return daily_work_.Round(stopping_); }),
      settling_("settle due", kSettleInterval,
                [this, &deps]() -> absl::StatusOr<bool> {
                  LAUREL_RETURN_IF_ERROR(SettleDueWallets(deps.pool, deps.clock, deps.ledger,
                                                          settle_options_, stopping_)
                                             .status());
                  return false;
                }),
      replays_("replays", kReplayInterval, [this] { return replay_orders_.Round(stopping_); }),
      attaching_("attach orders", kAttachInterval,
                 [this]() -> absl::StatusOr<bool> {
                   LAUREL_RETURN_IF_ERROR(attach_orders_.Round(stopping_).status());
                   return false;
                 }),
      occasions_("occasions", kOccasionInterval,
                 [this]() -> absl::StatusOr<bool> {
                   LAUREL_RETURN_IF_ERROR(post_occasions_.Round(stopping_).status());
                   return false;
                 }),
      tiers_("tiers", kTierInterval, [this] { return tier_worker_.Round(stopping_); }) {}

void AllJobs::Start() {
  for (jobs::Periodic* job : jobs_) job->Start();
}

void AllJobs::Stop() {
  stopping_ = true;
  for (jobs::Periodic* job : jobs_) job->Stop();
}

}  // namespace laurel::members
