#include "tests/bench/growth_bench.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/status/error.h"
#include "members-svc/ledger/request_key.h"
#include "tests/bench/ledger_fill.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

constexpr int kDays = 10;
constexpr int64_t kDayUs = 86400000000;
constexpr size_t kSample = 1000;  // wallets that are verified

double SecondsSince(int64_t start_us) {
  return static_cast<double>(base::MonotonicMicros() - start_us) / 1e6;
}

// `per_wallet` entries in each wallet, 80 % earn and 20 % spend, spread over the days up to now; a
// few only: all of today.
absl::StatusOr<std::vector<std::string>> FillDays(Run& run, World& world, int64_t per_wallet) {
  const int64_t start_us = base::MonotonicMicros();
  LAUREL_ASSIGN_OR_RETURN(LedgerFill fill, LedgerFill::Begin(world.database().admin_dsn(),
                                                             kPostsProgram, run.options.members));
  const int64_t now_us = absl::ToUnixMicros(absl::Now());
  const int64_t today_us = now_us / kDayUs * kDayUs;
  const int64_t days = std::clamp<int64_t>(per_wallet / 2, 1, kDays);
  int64_t written = 0;
  for (int64_t day = 0; day < days; ++day) {
    const int64_t from_us = today_us - (days - 1 - day) * kDayUs;
    const int64_t until_us = std::min(from_us + kDayUs, now_us) - 2 * run.options.members;
    const int64_t count = per_wallet * (day + 1) / days - written;
    for (int64_t i = 0; i < count; ++i, ++written) {
      const int64_t at_us = from_us + (until_us - from_us) * (i + 1) / (count + 1);
      LAUREL_RETURN_IF_ERROR(fill.Record(at_us, [written](size_t wallet, int64_t us) {
        const bool earn = (written + static_cast<int64_t>(wallet)) % 5 != 4;
        const int64_t amount = written == 0 ? 1000000 : earn ? 10 : -1;
        return std::vector<members::Credit>{{.amount = amount, .occur_us = us}};
      }));
    }
  }
  LAUREL_RETURN_IF_ERROR(fill.End());
  std::printf("  filled with %lld entries in %.0f s\n", static_cast<long long>(fill.entries()),
              SecondsSince(start_us));
  std::fflush(stdout);
  return fill.MemberIds();
}

absl::Status VerifySample(Server& server, const std::vector<std::string>& members) {
  int64_t entries = 0;
  for (size_t i = 0; i < kSample; ++i) {
    LAUREL_ASSIGN_OR_RETURN(
        const int64_t some,
        VerifyMember(server.channel, kPostsProgram, members[i * members.size() / kSample]));
    entries += some;
  }
  std::printf("  verified: %lld entries in %zu wallets, a sample\n",
              static_cast<long long>(entries), kSample);
  return absl::OkStatus();
}

absl::Status MeasureSize(Run& run, int64_t entries) {
  std::printf("a ledger of %lld entries, %d members\n", static_cast<long long>(entries),
              run.options.members);
  World world(run);
  LAUREL_RETURN_IF_ERROR(world.MakePrograms({kPostsProgram}));
  if (run.options.empty_days > 0) {
    world.database().Admin(
        absl::StrFormat("SELECT ensure_day((floor(extract(epoch FROM now()) / 86400) - n)::int) "
                        "FROM generate_series(1, %d) n",
                        run.options.empty_days));
    // They were sealed when they were today.
    world.database().Admin(absl::StrFormat(
        "INSERT INTO sealed_roots SELECT '00000000-0000-0000-0000-000000000000', "
        "(floor(extract(epoch FROM now()) / 86400) - %d)::bigint * 86400000000 - 3600000000, 0, 0, "
        "sha256(''), sha256(''), (extract(epoch FROM now()) * 1000000)::bigint, sha256('')",
        kDays));
  }
  LAUREL_ASSIGN_OR_RETURN(
      const auto members,
      FillDays(run, world, std::max<int64_t>(1, entries / run.options.members)));
  const int64_t start_us = base::MonotonicMicros();
  LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());
  LAUREL_ASSIGN_OR_RETURN(const int64_t hours, world.AwaitSeals());
  std::printf("  %lld hours sealed in %.1f s\n", static_cast<long long>(hours),
              SecondsSince(start_us));
  const std::string name = absl::StrCat("growth_", entries);
  run.figures.Note(name + "_seal_seconds", SecondsSince(start_us));
  const auto load = [&](const std::string& figure, const std::string& label, int seconds,
                        bool checkpoint_before = false) {
    return Measure(run, {&server}, kPostsProgram, members,
                   {.name = figure.empty() ? "" : name + figure,
                    .label = label,
                    .load = {.in_flight = 256, .seconds = seconds},
                    .wal_of = figure.empty() ? nullptr : &world,
                    .checkpoint_before = checkpoint_before})
        .status();
  };
  LAUREL_RETURN_IF_ERROR(load("", "to warm up", 5));
  LAUREL_RETURN_IF_ERROR(
      load("_after_checkpoint", "the first minute after a checkpoint", 60, true));
  if (run.options.settle_seconds > 0) {
    LAUREL_RETURN_IF_ERROR(load("", "two more minutes of load", run.options.settle_seconds));
  }
  LAUREL_RETURN_IF_ERROR(load("_steady", "steady", run.options.seconds));
  std::printf("  members-svc resident %.0f MB\n",
              static_cast<double>(ResidentBytesOf(server.process->pid())) / 1e6);
  for (const auto& [calls, what] : {std::pair(Mix::Calls::kBalances, "ListBalances"),
                                    std::pair(Mix::Calls::kEntries, "ListEntries")}) {
    LAUREL_RETURN_IF_ERROR(Measure(run, {&server}, kPostsProgram, members,
                                   {.name = absl::StrCat(name, "_", what),
                                    .label = absl::StrCat(what, ", 64 in flight"),
                                    .mix = {.calls = calls},
                                    .load = {.in_flight = 64, .seconds = run.options.seconds}})
                               .status());
  }
  return VerifySample(server, members);
}

}  // namespace

absl::Status MeasureGrowth(Run& run) {
  for (const int64_t entries : run.options.entries) {
    LAUREL_RETURN_IF_ERROR(MeasureSize(run, entries));
  }
  return absl::OkStatus();
}

}  // namespace laurel::bench
