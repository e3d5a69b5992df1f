#include "members-svc/ledger/ledger.h"

#include <algorithm>

#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/ledger/admission.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::members {
namespace {

// Enough for a database that restarts (reliability.md: 6 s), less than callers commonly wait.
constexpr absl::Duration kPatience = absl::Seconds(8);
constexpr int kConflictTries = 8;

bool IsConflict(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsAlreadyExists(status);
}
bool IsLost(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::Status DatabaseUnavailable() {
  return status::WithRetryAfter(
      status::Error(absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
                    "The database did not answer in time. Send the same request id again."),
      absl::Seconds(1));
}

Ledger::Ledger(Deps deps, Options options)
    : deps_(deps),
      attempt_deps_{deps.ids, deps.index, deps.campaigns},
      lanes_(options.batch.lanes),
      batcher_(std::make_unique<batch::Batcher<Command>>(
          options.batch, batches_, [this](size_t lane, std::vector<Command> commands) {
            return RunBatch(lanes_[lane], std::move(commands));
          })) {}

Ledger::~Ledger() { Stop(); }

void Ledger::Submit(Command command) { batcher_->Submit(std::move(command)); }

bool MayBeRunAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsAborted(status) || absl::IsUnknown(status) ||
         absl::IsCancelled(status);
}

absl::StatusOr<Outcome> Ledger::Run(Command command) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  return std::move(RunAll(std::move(commands)).front());
}

std::vector<absl::StatusOr<Outcome>> Ledger::RunAll(std::vector<Command> commands) {
  std::vector<absl::StatusOr<Outcome>> outcomes(commands.size(), absl::CancelledError());
  absl::BlockingCounter left(static_cast<int>(commands.size()));
  for (size_t i = 0; i < commands.size(); ++i) {
    commands[i].answer = [&outcome = outcomes[i], &left](absl::StatusOr<Outcome> answered) {
      outcome = std::move(answered);
      left.DecrementCount();
    };
    Submit(std::move(commands[i]));
  }
  left.Wait();
  return outcomes;
}

void Ledger::Stop() { batcher_->Stop(); }

std::function<void()> Ledger::RunBatch(Lane& lane, std::vector<Command> commands) {
  auto outcomes = std::make_shared<Outcomes>(AdmitAndExecute(lane, commands));
  auto owned = std::make_shared<std::vector<Command>>(std::move(commands));
  return [outcomes, owned] {
    for (size_t i = 0; i < owned->size(); ++i) (*owned)[i].answer(std::move((*outcomes)[i]));
  };
}

Ledger::Outcomes Ledger::AdmitAndExecute(Lane& lane, std::vector<Command>& commands) {
  if (std::none_of(commands.begin(), commands.end(), NeedsAdmission)) {
    return Execute(lane, commands);
  }
  const AdmissionDeps deps{deps_.clock, deps_.ids, deps_.pool, deps_.index, deps_.campaigns};
  const auto answers = Admit(deps, commands, absl::Now() + kPatience);
  Outcomes outcomes;
  std::vector<Command> left;
  std::vector<size_t> places;
  for (size_t i = 0; i < commands.size(); ++i) {
    outcomes.push_back(answers[i].value_or(absl::CancelledError()));
    if (answers[i]) continue;
    places.push_back(i);
    left.push_back(std::move(commands[i]));
  }
  if (left.empty()) return outcomes;
  Outcomes executed = Execute(lane, left);
  for (size_t k = 0; k < places.size(); ++k) {
    outcomes[places[k]] = std::move(executed[k]);
    commands[places[k]] = std::move(left[k]);
  }
  return outcomes;
}

Ledger::Outcomes Ledger::Execute(Lane& lane, const std::vector<Command>& commands) {
  const absl::Time give_up = absl::Now() + kPatience;
  int conflicts = 0;
  absl::Duration pause = absl::Milliseconds(5);
  for (;;) {
    BatchState state;
    const absl::Status status = Attempt(lane, commands, conflicts > 0, state);
    if (status.ok()) {
      Count(state);
      return std::move(state.outcomes);
    }
    if (IsConflict(status) && conflicts < kConflictTries) {
      ++conflicts;
      counters_.conflicts.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    if (IsLost(status) && absl::Now() < give_up) {
      // Whether it was committed is found out by the request ids, on a fresh connection.
      absl::SleepFor(pause);
      pause = std::min(pause * 2, absl::Milliseconds(200));
      continue;
    }
    log::Error("batch failed",
               {{"commands", static_cast<int64_t>(commands.size())}, {"error", status.ToString()}});
    if (IsLost(status)) return Outcomes(commands.size(), DatabaseUnavailable());
    if (commands.size() == 1) {
      return Outcomes(
          1, IsConflict(status) ? DatabaseUnavailable() : absl::InternalError(status.ToString()));
    }
    // Something in it poisons the batch, or is in conflict each time: alone, it fails alone.
    Outcomes outcomes;
    for (const Command& command : commands) {
      outcomes.push_back(std::move(Execute(lane, {command}).front()));
    }
    return outcomes;
  }
}

absl::Status Ledger::Attempt(Lane& lane, const std::vector<Command>& commands, bool pessimistic,
                             BatchState& state) {
  const absl::Time now = deps_.clock.Now();
  LAUREL_RETURN_IF_ERROR(EnsureDays(lane, now));
  const AttemptOptions options{.now_us = TimeOf(now, lane.room_us),
                               .room_us = lane.room_us,
                               .pessimistic = pessimistic,
                               .days = lane.days};
  LAUREL_RETURN_IF_ERROR(deps_.pool.TransactOnce([&](db::Pipeline& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(Load(tx, attempt_deps_, options, commands, state));
    RaiseTime(state.now_us);
    DecideAll(attempt_deps_, commands, state);
    const int64_t needed_us = Store(tx, attempt_deps_, state);
    if (needed_us <= lane.room_us) return absl::OkStatus();
    lane.room_us = needed_us;
    return db::Conflict("more events than there was room for");
  }));
  if (!state.entries.empty() || !state.orders.empty() || !state.new_returns.empty() ||
      !state.occurrences.empty()) {
    deps_.relay.Wake();
  }
  if (deps_.tiers != nullptr) deps_.tiers->Note(state);
  return absl::OkStatus();
}

int64_t Ledger::TimeOf(absl::Time now, int64_t room_us) {
  int64_t last_us = last_us_.load();
  int64_t mine_us = 0;
  do {
    mine_us = std::max(absl::ToUnixMicros(now), last_us + 1 + room_us);
  } while (!last_us_.compare_exchange_weak(last_us, mine_us));
  return mine_us;
}

void Ledger::RaiseTime(int64_t us) {
  int64_t last_us = last_us_.load();
  while (last_us < us && !last_us_.compare_exchange_weak(last_us, us)) {
  }
}

absl::Status Ledger::EnsureDays(Lane& lane, absl::Time now) {
  // One day ahead, so that midnight finds its partition made; one day back, so that no process
  // whose clock is a little behind makes a day after we have listed them.
  const int tomorrow = DayOf(now) + 1;
  if (tomorrow <= lane.ensured_day) return absl::OkStatus();
  for (int day = tomorrow - 2; day <= tomorrow; ++day) {
    LAUREL_RETURN_IF_ERROR(deps_.pool.TransactOnce(
        [day](db::Tx& tx) { return tx.Query("ensure_day", day).status(); }));
  }
  LAUREL_RETURN_IF_ERROR(deps_.pool.TransactOnce([&lane](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_days"));
    lane.days.clear();
    for (size_t i = 0; i < rows.size(); ++i) lane.days.insert(static_cast<int>(rows[i].Int(0)));
    return absl::OkStatus();
  }));
  lane.ensured_day = tomorrow;
  return absl::OkStatus();
}

void Ledger::Count(const BatchState& state) {
  for (const WrittenEntry& written : state.entries) {
    const LedgerEntry& entry = written.entry;
    const int64_t amount = entry.active_delta + entry.pending_delta + entry.reserved_delta;
    if (entry.kind == members::v1::ENTRY_KIND_REVERSAL) continue;  // counters only grow
    if (entry.account == Account::kIssued) counters_.points_issued.fetch_add(amount);
    if (entry.account == Account::kExpired && amount < 0)
      counters_.points_expired.fetch_add(-amount);
    if (entry.account == Account::kRedeemed && amount < 0) {
      counters_.points_redeemed.fetch_add(-amount);
    }
  }
  counters_.orders.fetch_add(static_cast<int64_t>(state.orders.size()));
}

}  // namespace laurel::members
