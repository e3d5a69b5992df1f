#include "tests/bench/replay_bench.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/jobs/replay_orders.h"
#include "members-svc/statements.h"
#include "tests/bench/import_run.h"

namespace laurel::bench {
namespace {

// As many as the year of real purchases has.
constexpr int kBaskets = 47243;

namespace pb = members::v1;

// Five by amount, two per product, one fixed, one that multiplies, one in bands.
std::vector<pb::Campaign> TenDrafts() {
  std::vector<pb::Campaign> drafts(10);
  for (size_t i = 0; i < drafts.size(); ++i) {
    pb::Campaign& draft = drafts[i];
    draft.set_display_name(absl::StrFormat("draft %d", static_cast<int>(i)));
    draft.set_wallet_type("points");
    draft.set_stacking(pb::STACKING_STACKABLE);
    if (i < 5) {
      draft.mutable_points_per_amount()->set_points(1);
      draft.mutable_points_per_amount()->set_step_minor_units(100 + 10 * static_cast<int>(i));
      draft.mutable_member_limit()->set_max_points(500);
      draft.mutable_member_limit()->set_period(pb::EarningLimit::PERIOD_MONTH);
    } else if (i < 7) {
      draft.mutable_points_per_item()->set_points(2);
      draft.mutable_lines()->add_categories(absl::StrFormat("CATEGORY %d", static_cast<int>(i)));
    } else if (i == 7) {
      draft.mutable_fixed_points()->set_points(5);
      draft.mutable_condition()->mutable_total()->set_least_minor_units(1000);
    } else if (i == 8) {
      draft.mutable_multiplier()->set_factor_bps(15000);
      draft.mutable_multiplier()->set_rounding(pb::ROUNDING_DOWN);
    } else {
      draft.mutable_bands()->set_period(pb::EarningLimit::PERIOD_MONTH);
      for (const int64_t end : {5000, 0}) {
        draft.mutable_bands()->add_bands()->set_up_to_minor_units(end);
        draft.mutable_bands()->mutable_bands()->rbegin()->set_points_per_million(10000);
      }
    }
  }
  return drafts;
}

// Stores a replay of everything, as CreateReplay does, and carries it out; how long that took.
class Replays {
 public:
  Replays(db::Pool& pool, const base::Uuid& program_id)
      : pool_(pool), program_id_(program_id), end_(clock_.Now()) {}

  absl::StatusOr<pb::ReplayResult> Run(std::vector<pb::Campaign> drafts, double* seconds) {
    const base::Uuid id = ids_.Next(clock_.Now());
    LAUREL_RETURN_IF_ERROR(pool_.Transact(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const auto rules, campaigns_.Current(tx, program_id_));
      LAUREL_ASSIGN_OR_RETURN(
          const members::TrialRules trial,
          members::MakeTrialRules(*rules, {.drafts = drafts, .saved = {}}, clock_.Now()));
      pb::Replay replay;
      base::SetTimestamp(absl::UnixEpoch(), replay.mutable_start_time());
      base::SetTimestamp(end_, replay.mutable_end_time());
      replay.set_sample_every(1);
      members::KeepCampaigns(trial, &replay);
      return members::InsertReplay(tx, program_id_, id, replay, clock_.Now());
    }));
    members::ReplayOrders job({pool_, clock_, ids_, campaigns_});
    const std::atomic<bool> stopping = false;
    const int64_t start_us = base::MonotonicMicros();
    LAUREL_RETURN_IF_ERROR(job.Round(stopping).status());
    *seconds = static_cast<double>(base::MonotonicMicros() - start_us) / 1e6;
    pb::ReplayResult result;
    LAUREL_RETURN_IF_ERROR(pool_.Read(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const auto record, members::GetReplayRecord(tx, program_id_, id));
      if (record.replay.state() != pb::REPLAY_STATE_DONE) {
        return absl::InternalError("the replay failed: " + record.replay.error_reason());
      }
      result = record.replay.result();
      return absl::OkStatus();
    }));
    return result;
  }

 private:
  db::Pool& pool_;
  const base::Uuid program_id_;
  const base::SystemClock clock_;
  const absl::Time end_;  // of the range of all of them
  base::IdSource ids_;
  members::CampaignCache campaigns_;
};

absl::StatusOr<base::Uuid> Record(Run& run, World& world) {
  LAUREL_ASSIGN_OR_RETURN(const Server server, world.Start());
  setenv("LAUREL_TOOL_MEMBERS_TARGET", server.process->target().c_str(), 1);
  LAUREL_ASSIGN_OR_RETURN(const ImportResult recorded,
                          RunImport(run.options.importer, run.options.folder, kBaskets));
  std::printf("  %lld orders recorded in %.1f s\n", static_cast<long long>(recorded.orders),
              recorded.seconds);
  const auto programs = world.database().Admin("SELECT program_id FROM orders LIMIT 1");
  const auto id = programs.empty() ? std::nullopt : base::ParseUuid(programs[0]);
  if (!id) return absl::InternalError("nothing was recorded");
  return *id;
}

}  // namespace

absl::Status MeasureReplay(Run& run) {
  std::printf("replay of a year\n");
  World world(run);
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program_id, Record(run, world));
  // As members-svc has it, opened over what was recorded: statements are planned when it opens.
  LAUREL_ASSIGN_OR_RETURN(
      const auto pool,
      db::Pool::Open({.dsn = world.database().app_dsn(), .size = 2}, members::Statements()));
  Replays replays(*pool, program_id);
  double seconds = 0;
  LAUREL_ASSIGN_OR_RETURN(const pb::ReplayResult same, replays.Run({}, &seconds));
  std::printf("  %lld orders, the active campaigns  %6.2f s\n",
              static_cast<long long>(same.orders()), seconds);
  run.figures.Note("replay_seconds", seconds);
  if (same.orders_changed() != 0) {
    return absl::InternalError("a replay of what was active gives something else");
  }
  std::string digest;
  for (const bool again : {false, true}) {
    LAUREL_ASSIGN_OR_RETURN(const pb::ReplayResult more, replays.Run(TenDrafts(), &seconds));
    std::printf("  %lld orders, ten more%s%13.2f s   %s\n", static_cast<long long>(more.orders()),
                again ? ", again" : "       ", seconds, more.digest().substr(0, 16).c_str());
    run.figures.Note(again ? "replay_ten_more_again_seconds" : "replay_ten_more_seconds", seconds);
    if (again && more.digest() != digest) {
      return absl::InternalError("a replay says something else the second time");
    }
    digest = more.digest();
  }
  return absl::OkStatus();
}

}  // namespace laurel::bench
