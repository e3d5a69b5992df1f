#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/status/error.h"
#include "tests/bench/growth_bench.h"
#include "tests/bench/ledger_fill.h"
#include "tests/bench/pause.h"

namespace laurel::bench {
namespace {

constexpr char kExpiringProgram[] = "prg_01jd000000000000000000000d";
constexpr int kWallets = 200000;
constexpr int kLotsPerWallet = 5;
constexpr int64_t kSecondUs = 1000000;
constexpr int64_t kMinuteUs = 60 * kSecondUs;
constexpr int64_t kMostSeconds = 600;

int64_t NowUs() { return absl::ToUnixMicros(absl::Now()); }

// Yesterday's accruals, whose lots all expire within the minute before `due_us`.
absl::Status FillExpiring(World& world, int64_t due_us) {
  LAUREL_ASSIGN_OR_RETURN(
      LedgerFill fill, LedgerFill::Begin(world.database().admin_dsn(), kExpiringProgram, kWallets));
  LAUREL_RETURN_IF_ERROR(fill.Record(NowUs() - 86400 * kSecondUs, [due_us](size_t, int64_t us) {
    std::vector<members::Credit> credits;
    for (int lot = 0; lot < kLotsPerWallet; ++lot) {
      credits.push_back(
          {.amount = 100 + lot, .occur_us = us, .expire_us = due_us - lot * 10 * kSecondUs});
    }
    return credits;
  }));
  return fill.End();
}

// Posts go on at `in_flight` until nothing is due any more; both rates are noted.
absl::Status ExpireUnderLoad(Run& run, World& world, const std::vector<std::string>& members,
                             double usual_rate) {
  LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());  // settles at once what is due
  const int64_t start_us = base::MonotonicMicros();
  std::atomic<int64_t> end_us = 0;
  std::thread watch([&] {
    const std::string due =
        "SELECT count(*) FROM wallets WHERE next_due_us <= " + std::to_string(NowUs());
    while (base::MonotonicMicros() - start_us < kMostSeconds * kSecondUs) {
      if (world.database().Admin(due)[0] == "0") break;
      Pause(absl::Milliseconds(500));
    }
    end_us = base::MonotonicMicros();
  });
  double posts = 0;
  int rounds = 0;
  absl::Status failed;
  while (end_us == 0 && failed.ok()) {
    auto r =
        Measure(run, {&server}, kPostsProgram, members,
                {.label = "posts while lots expire", .load = {.in_flight = 256, .seconds = 5}});
    failed = r.status();
    if (!r.ok() || end_us != 0) break;
    posts += r->posts_per_second;
    ++rounds;
  }
  watch.join();
  LAUREL_RETURN_IF_ERROR(failed);
  const double seconds = static_cast<double>(end_us - start_us) / 1e6;
  const double rate = posts / std::max(1, rounds);
  std::printf("  %d lots in %d wallets expired in %.1f s; posts at %.2f of their usual rate\n",
              kWallets * kLotsPerWallet, kWallets, seconds, rate / usual_rate);
  run.figures.Note("expiry_seconds", seconds);
  run.figures.Note("expiry_posts_per_second", rate);
  run.figures.Note("expiry_posts_ratio", rate / usual_rate);
  const std::string expired =
      world.database().Admin("SELECT count(*) FROM entries WHERE kind = 7")[0];
  std::printf("  %s expiries recorded\n", expired.c_str());
  LAUREL_RETURN_IF_ERROR(Verify(server.channel, kExpiringProgram));
  return Verify(server.channel, kPostsProgram);
}

}  // namespace

absl::Status MeasureExpiry(Run& run) {
  std::printf("%d lots due on one day, in %d wallets\n", kWallets * kLotsPerWallet, kWallets);
  World world(run);
  LAUREL_RETURN_IF_ERROR(world.MakePrograms({kPostsProgram, kExpiringProgram}));
  LAUREL_ASSIGN_OR_RETURN(const auto members,
                          FillOpening(world.database().admin_dsn(), kPostsProgram,
                                      run.options.members, absl::Hours(24)));
  const int64_t due_us = NowUs() + 2 * kMinuteUs;
  LAUREL_RETURN_IF_ERROR(FillExpiring(world, due_us));
  double usual_rate = 0;
  {
    LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());
    LAUREL_RETURN_IF_ERROR(world.AwaitSeals().status());
    world.Checkpoint();
    for (const char* name : {"", "expiry_usual_posts"}) {
      LAUREL_ASSIGN_OR_RETURN(
          const LoadResult usual,
          Measure(run, {&server}, kPostsProgram, members,
                  {.name = name,
                   .label = *name == '\0' ? "to warm up" : "posts while nothing is due",
                   .load = {.in_flight = 256, .seconds = run.options.seconds}}));
      usual_rate = usual.posts_per_second;
    }
  }
  Pause(absl::Microseconds(std::max<int64_t>(0, due_us - NowUs())));
  return ExpireUnderLoad(run, world, members, usual_rate);
}

}  // namespace laurel::bench
