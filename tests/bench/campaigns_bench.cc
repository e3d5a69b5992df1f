#include "tests/bench/campaigns_bench.h"

#include <time.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/earning.h"
#include "tests/bench/campaign_mix.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

constexpr int kOrders = 1024;
constexpr int kRounds = 9;
constexpr double kSecondsOfARound = 0.3;

// The processor time of this thread: what the host or a neighbour takes is not the engine's.
double ThreadSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

members::ProgramRules RulesOf(std::vector<pb::Campaign> campaigns) {
  members::ProgramRules rules;
  rules.time_zone = absl::UTCTimeZone();
  absl::LoadTimeZone("Europe/Berlin", &rules.time_zone);
  uint64_t number = 0;
  for (pb::Campaign& campaign : campaigns) {
    ++number;
    campaign.set_campaign_id(base::EncodeId("cmp", {number, number}));
    campaign.set_version(1);
    rules.campaigns.push_back(members::MakeCampaignRules(std::move(campaign), 1));
  }
  members::SortCampaigns(&rules);
  return rules;
}

struct Timing {
  double microseconds = 0;  // of one evaluation, the median of the rounds
  double applied = 0;       // campaigns per order
};

// What the member has had is there, as the ledger would have read it.
absl::StatusOr<Timing> Time(const members::ProgramRules& rules) {
  const absl::Time occur = absl::FromCivil(absl::CivilHour(2026, 3, 11, 12), rules.time_zone);
  base::IdSource ids;
  std::vector<pb::RecordOrderRequest> orders(kOrders);
  for (pb::RecordOrderRequest& order : orders) FillOrder(ids.Random64(), "store-0", &order);
  members::LimitUses used;
  for (const members::LimitKey& key : members::LimitKeysFor(rules, occur)) {
    used[key] = {.points = 0, .orders = 0, .amount = static_cast<int64_t>(ids.Random64() % 10000)};
  }
  Timing timing;
  int64_t evaluated = 0, awards = 0;
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double start = ThreadSeconds();
    double now = start;
    int count = 0;
    for (; now < start + kSecondsOfARound; now = ThreadSeconds()) {
      for (int i = 0; i < 64; ++i) {
        const auto& order = orders[static_cast<size_t>(evaluated++ % kOrders)];
        const auto earnings = members::EvaluateOrder(rules, order, occur, used, {});
        if (!earnings.ok()) return earnings.status();
        awards += static_cast<int64_t>(earnings->awards.size());
      }
      count += 64;
    }
    rounds.push_back((now - start) * 1e6 / count);
  }
  std::sort(rounds.begin(), rounds.end());
  timing.microseconds = rounds[kRounds / 2];
  timing.applied = static_cast<double>(awards) / static_cast<double>(evaluated);
  return timing;
}

}  // namespace

absl::Status MeasureCampaigns(Run& run) {
  std::printf("the campaign engine, one thread, orders of three lines, three conditions each\n");
  struct Row {
    const char* name;
    const char* label;
    int count;
    Stores stores;
  };
  for (const Row& row :
       {Row{"campaigns_10", "10 campaigns", 10, Stores::kSome},
        Row{"campaigns_1000", "1,000 of a hundred shops", 1000, Stores::kSome},
        Row{"campaigns_1000_all_fit", "1,000 of the order's shop", 1000, Stores::kAll}}) {
    const auto timing = Time(RulesOf(CampaignMix(row.count, row.stores)));
    if (!timing.ok()) return timing.status();
    std::printf("  %-34s %8.2f us   %.1f of them apply\n", row.label, timing->microseconds,
                timing->applied);
    run.figures.Note(absl::StrCat(row.name, "_us"), timing->microseconds);
  }
  return absl::OkStatus();
}

}  // namespace laurel::bench
