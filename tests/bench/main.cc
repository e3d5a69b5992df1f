// laurel-bench: our rates beside what they are compared with, in one run on one machine, mutual TLS
// and logs as shipped. The ledger is measured on members-svc processes and databases of the
// benchmark's own, since pgbench has no consumers of events either; the import, and posts with
// consumers, on the running suite.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "absl/synchronization/mutex.h"
#include "lib/config/reader.h"
#include "lib/status/error.h"
#include "tests/bench/campaigns_bench.h"
#include "tests/bench/enrol.h"
#include "tests/bench/growth_bench.h"
#include "tests/bench/import_run.h"
#include "tests/bench/ledger_bench.h"
#include "tests/bench/once_server.h"
#include "tests/bench/process_cpu.h"
#include "tests/bench/replay_bench.h"
#include "tests/bench/soak_bench.h"

namespace laurel::bench {
namespace {

absl::Status PostsWithConsumers(Run& run) {
  constexpr int kMembers = 10000;
  std::printf("the running suite with its consumers, %d members\n", kMembers);
  LAUREL_ASSIGN_OR_RETURN(const auto channel, tool::MembersChannel(run.suite, false));
  LAUREL_RETURN_IF_ERROR(MakeProgram(channel, kPostsProgram));
  LAUREL_ASSIGN_OR_RETURN(const auto members, EnrolMembers(channel, kPostsProgram, kMembers));
  const Requests requests(kPostsProgram, members, {},
                          static_cast<size_t>(run.options.seconds) * 60000);
  LAUREL_ASSIGN_OR_RETURN(const pid_t pid, PidOf("members-svc"));
  const LoadResult r = RunLoad(
      {channel}, requests, {.in_flight = 256, .seconds = run.options.seconds, .services = {pid}});
  std::printf("  256 in flight %29.0f /s   p50 %6.2f  p99 %6.2f ms\n", r.posts_per_second, r.p50_ms,
              r.p99_ms);
  run.figures.Note("posts_consumed_256_in_flight_per_second", r.posts_per_second);
  run.figures.Note("posts_consumed_256_in_flight_p99_ms", r.p99_ms);
  if (r.wrong == 0) return absl::OkStatus();
  return absl::InternalError(std::to_string(r.wrong) + " answers were wrong");
}

absl::Status Import(Run& run) {
  std::printf("import, consumers running\n");
  const Options& options = run.options;
  LAUREL_ASSIGN_OR_RETURN(const ImportResult r,
                          RunImport(options.importer, options.folder, options.baskets));
  const double ratio = run.pgbench_rate > 0 ? r.orders_per_second / run.pgbench_rate : 0;
  std::printf("  %lld orders in %.1f s %13.0f /s = %4.2f x pgbench\n",
              static_cast<long long>(r.orders), r.seconds, r.orders_per_second, ratio);
  run.figures.Note("import_orders_per_second", r.orders_per_second);
  run.figures.Note("import_ratio", ratio);
  return absl::OkStatus();
}

absl::Status RunAll(Run& run) {
  if (run.options.what == "all" || run.options.what == "campaigns") {
    LAUREL_RETURN_IF_ERROR(MeasureCampaigns(run));
    if (run.options.what == "campaigns") return run.figures.Write(run.options.json_path);
  }
  LAUREL_ASSIGN_OR_RETURN(run.suite, tool::ReadSettings(config::Environment()));
  const char* admin = std::getenv("LAUREL_TEST_PG");
  if (admin == nullptr) return absl::InvalidArgumentError("LAUREL_TEST_PG is not set");
  run.admin_dsn = admin;
  const std::string& what = run.options.what;
  for (int i = 0; i < run.options.repeat; ++i) {
    if (what == "all" || what == "ledger" || what == "orders" || what == "import") {
      LAUREL_RETURN_IF_ERROR(CompareWithOthers(run));
    }
    if (what == "all" || what == "ledger") LAUREL_RETURN_IF_ERROR(MeasureLedger(run));
    if (what == "orders") LAUREL_RETURN_IF_ERROR(MeasureOrders(run));
    if (what == "all" || what == "ledger" || what == "conflicts") {
      LAUREL_RETURN_IF_ERROR(MeasureConflicts(run));
    }
  }
  if (what == "growth") LAUREL_RETURN_IF_ERROR(MeasureGrowth(run));
  if (what == "expiry") LAUREL_RETURN_IF_ERROR(MeasureExpiry(run));
  if (what == "soak") LAUREL_RETURN_IF_ERROR(MeasureSoak(run));
  if (what == "all" || what == "replay") LAUREL_RETURN_IF_ERROR(MeasureReplay(run));
  if (what == "all" || what == "consumers") LAUREL_RETURN_IF_ERROR(PostsWithConsumers(run));
  if (what == "all" || what == "import") LAUREL_RETURN_IF_ERROR(Import(run));
  return run.figures.Write(run.options.json_path);
}

}  // namespace
}  // namespace laurel::bench

int main(int argc, char** argv) {
  // As the programs do (lib/server/main.cc): the client's share of the machine is to be small.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  laurel::bench::Run run;
  laurel::bench::Options& options = run.options;
  const std::filesystem::path programs =
      std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.self = (programs / "laurel-bench").string();
  options.importer = (programs / "laurel-import").string();
  options.members_svc = (programs / "members-svc").string();
  CLI::App app("Measures Laurel, beside what it is compared with.", "laurel-bench");
  app.add_option(
         "what", options.what,
         "ledger, orders, conflicts, campaigns, replay, growth, expiry, soak, consumers, import; "
         "all: without "
         "growth, expiry and soak")
      ->check(CLI::IsMember({"all", "ledger", "orders", "conflicts", "campaigns", "replay",
                             "growth", "expiry", "soak", "consumers", "import", "once-server"}));
  app.add_option("--folder", options.folder, "Purchases to import; otherwise a made-up year");
  app.add_option("--seconds", options.seconds, "How long each rate is measured")
      ->check(CLI::Range(1, 600));
  app.add_option("--members", options.members, "Members of the benchmark's programme")
      ->check(CLI::Range(1000, 1000000));
  app.add_option("--baskets", options.baskets, "Orders of the made-up year")
      ->check(CLI::Range(100, 10000000));
  app.add_option("--entries", options.entries, "The ledgers that growth measures")->delimiter(',');
  app.add_option("--empty-days", options.empty_days, "Daily partitions before them, for growth")
      ->check(CLI::Range(0, 3650));
  app.add_option("--settle-seconds", options.settle_seconds, "Load before growth's steady rate")
      ->check(CLI::Range(0, 3600));
  app.add_option("--minutes", options.minutes, "How long the soak lasts")
      ->check(CLI::Range(1, 1440));
  app.add_option("--per-second", options.per_second, "The posts of the soak")
      ->check(CLI::Range(1, 20000));
  app.add_option("--repeat", options.repeat, "The ledger so many times; medians are written")
      ->check(CLI::Range(1, 9));
  app.add_option(
         "--most-stolen", options.most_stolen_percent,
         "Per cent of the machine that its host may take during a measurement; above it the "
         "measurement is made again")
      ->check(CLI::Range(0, 100));
  app.add_option("--json", options.json_path, "Write all figures there");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status =
      options.what == "once-server" ? laurel::bench::RunOnceServer() : laurel::bench::RunAll(run);
  if (status.ok()) return 0;
  std::fprintf(stderr, "laurel-bench: %s\n", status.ToString().c_str());
  return 1;
}
