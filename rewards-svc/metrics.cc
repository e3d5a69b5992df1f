#include "rewards-svc/metrics.h"

namespace laurel::rewards {
namespace {

metrics::Counters& Redemptions(metrics::Registry& registry) {
  return registry.AddCounters({"redemptions_total",
                               "Redemptions by the state that they reached.",
                               {{"outcome", {"issued", "refused", "used", "cancelled"}}}});
}

metrics::Counters& Grants(metrics::Registry& registry) {
  return registry.AddCounters({"grants_total",
                               "Rewards that campaigns gave, by what came of them.",
                               {{"outcome", {"issued", "refused"}}}});
}

}  // namespace

Metrics::Metrics(metrics::Registry& registry)
    : Metrics(registry, Redemptions(registry), Grants(registry)) {}

Metrics::Metrics(metrics::Registry& registry, metrics::Counters& redemptions,
                 metrics::Counters& grants)
    : issued(redemptions.At({"issued"})),
      refused(redemptions.At({"refused"})),
      used(redemptions.At({"used"})),
      cancelled(redemptions.At({"cancelled"})),
      granted(grants.At({"issued"})),
      grants_refused(grants.At({"refused"})),
      unknown_answers(registry.Counter(
          "unknown_answers_total",
          "Calls to members-svc after which it was open whether they had taken effect.")),
      points_redeemed(
          registry.Counter("points_redeemed_total", "Points spent for issued rewards.")),
      points_returned(
          registry.Counter("points_returned_total", "Points given back for cancelled rewards.")),
      waiting_sagas(registry.Gauge("waiting_sagas",
                                   "Redemptions and cancellations that are still on their way.")),
      oldest_saga_seconds(
          registry.Gauge("oldest_saga_age_seconds", "For how long the oldest of them has been.")),
      stuck_sagas(registry.Gauge("stuck_sagas",
                                 "Redemptions whose spend is too old to be asked about again.")) {}

}  // namespace laurel::rewards
