#include "tests/bench/soak_bench.h"

#include <algorithm>
#include <cstdio>

#include "lib/status/error.h"
#include "tests/bench/ledger_fill.h"

namespace laurel::bench {
namespace {

constexpr int kHotWallets = 200;
constexpr int kEdgeMinutes = 5;  // compared: the first so many, and the last

void PrintTables(World& world) {
  const auto row = world.database().Admin(
      "SELECT concat_ws('|', relname, n_live_tup, n_dead_tup, autovacuum_count, "
      "pg_size_pretty(pg_total_relation_size(relid))) FROM pg_stat_user_tables "
      "WHERE schemaname = 'members' AND (relname IN ('wallets', 'outbox') OR relname = "
      "'entries_d' || (extract(epoch FROM now())::bigint / 86400)) ORDER BY relname");
  for (const std::string& line : row) std::printf("    %s\n", line.c_str());
  std::fflush(stdout);
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

absl::Status MeasureSoak(Run& run) {
  std::printf("%d posts a second for %d minutes, half of them on %d wallets\n",
              run.options.per_second, run.options.minutes, kHotWallets);
  World world(run);
  LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());
  LAUREL_RETURN_IF_ERROR(MakeProgram(server.channel, kPostsProgram));
  LAUREL_ASSIGN_OR_RETURN(const auto members, FillOpening(world.database().admin_dsn(),
                                                          kPostsProgram, run.options.members));
  std::vector<double> p99_ms;
  double max_ms = 0;
  std::printf("    table|live rows|dead rows|autovacuums|size\n");
  for (int minute = 0; minute < run.options.minutes; ++minute) {
    LAUREL_ASSIGN_OR_RETURN(
        const LoadResult r,
        Measure(run, {&server}, kPostsProgram, members,
                {.label = "minute " + std::to_string(minute + 1),
                 .mix = {.hot_wallets = kHotWallets},
                 .load = {.per_second = run.options.per_second, .seconds = 60}}));
    p99_ms.push_back(r.p99_ms);
    max_ms = std::max(max_ms, r.max_ms);
    if (minute % kEdgeMinutes == 0 || minute + 1 == run.options.minutes) PrintTables(world);
  }
  const auto edge = std::min<ptrdiff_t>(kEdgeMinutes, static_cast<ptrdiff_t>(p99_ms.size()));
  const double first = MedianOf({p99_ms.begin(), p99_ms.begin() + edge});
  const double last = MedianOf({p99_ms.end() - edge, p99_ms.end()});
  std::printf("  p99 %.1f ms in the first minutes, %.1f in the last; at most %.0f ms\n", first,
              last, max_ms);
  run.figures.Note("soak_first_p99_ms", first);
  run.figures.Note("soak_last_p99_ms", last);
  run.figures.Note("soak_max_ms", max_ms);
  return Verify(server.channel, kPostsProgram);
}

}  // namespace laurel::bench
