#include "members-svc/ledger/ledger.h"

#include <algorithm>
#include <future>

#include "absl/time/clock.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::members {
namespace {

// Enough for a database that restarts (reliability.md: 6 s), less than callers commonly wait.
constexpr absl::Duration kPatience = absl::Seconds(8);
constexpr int kConflictTries = 8;

absl::Status Unavailable() {
  return status::WithRetryAfter(
      status::Error(absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
                    "The database did not answer in time. Send the same request id again."),
      absl::Seconds(1));
}

bool IsConflict(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsAlreadyExists(status);
}
bool IsLost(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

Ledger::Ledger(Deps deps, batch::Options options)
    : deps_(deps),
      attempt_deps_{deps.ids, deps.index, deps.campaigns},
      batcher_(std::make_unique<batch::Batcher<Command>>(
          options,
          [this](std::vector<Command> commands) { return RunBatch(std::move(commands)); })) {}

Ledger::~Ledger() { Stop(); }

void Ledger::Submit(Command command) { batcher_->Submit(std::move(command)); }

absl::StatusOr<Outcome> Ledger::Run(Command command) {
  auto done = std::make_shared<std::promise<absl::StatusOr<Outcome>>>();
  auto result = done->get_future();
  command.answer = [done](absl::StatusOr<Outcome> outcome) { done->set_value(std::move(outcome)); };
  Submit(std::move(command));
  return result.get();
}

void Ledger::Stop() { batcher_->Stop(); }
const batch::Counters& Ledger::batches() const { return batcher_->counters(); }
size_t Ledger::queued() const { return batcher_->queued(); }

std::function<void()> Ledger::RunBatch(std::vector<Command> commands) {
  auto outcomes = std::make_shared<Outcomes>(Execute(commands));
  auto owned = std::make_shared<std::vector<Command>>(std::move(commands));
  return [outcomes, owned] {
    for (size_t i = 0; i < owned->size(); ++i) (*owned)[i].answer(std::move((*outcomes)[i]));
  };
}

Ledger::Outcomes Ledger::Execute(const std::vector<Command>& commands) {
  const absl::Time give_up = absl::Now() + kPatience;
  int conflicts = 0;
  absl::Duration pause = absl::Milliseconds(5);
  for (;;) {
    BatchState state;
    const absl::Status status = Attempt(commands, conflicts > 0, state);
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
    if (IsLost(status) || IsConflict(status)) return Outcomes(commands.size(), Unavailable());
    if (commands.size() == 1) return Outcomes(1, absl::InternalError(status.ToString()));
    // Something in it poisons the batch: alone, it fails alone.
    Outcomes outcomes;
    for (const Command& command : commands) {
      outcomes.push_back(std::move(Execute({command}).front()));
    }
    return outcomes;
  }
}

absl::Status Ledger::Attempt(const std::vector<Command>& commands, bool pessimistic,
                             BatchState& state) {
  const absl::Time now = deps_.clock.Now();
  LAUREL_RETURN_IF_ERROR(EnsureDays(now));
  const AttemptOptions options{.now_us = std::max(absl::ToUnixMicros(now), last_us_ + 1),
                               .pessimistic = pessimistic};
  LAUREL_RETURN_IF_ERROR(deps_.pool.TransactOnce([&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(Load(tx, attempt_deps_, options, commands, state));
    last_us_ = state.now_us;
    DecideAll(attempt_deps_, commands, state);
    return Store(tx, attempt_deps_, state);
  }));
  if (!state.entries.empty() || !state.orders.empty()) deps_.relay.Wake();
  return absl::OkStatus();
}

absl::Status Ledger::EnsureDays(absl::Time now) {
  // One day ahead, so that midnight finds its partition made.
  const int tomorrow = DayOf(now) + 1;
  if (tomorrow <= ensured_day_) return absl::OkStatus();
  for (int day = tomorrow - 1; day <= tomorrow; ++day) {
    LAUREL_RETURN_IF_ERROR(deps_.pool.TransactOnce(
        [day](db::Tx& tx) { return tx.Query("ensure_day", day).status(); }));
  }
  ensured_day_ = tomorrow;
  return absl::OkStatus();
}

void Ledger::Count(const BatchState& state) {
  for (const WrittenEntry& written : state.entries) {
    const LedgerEntry& entry = written.entry;
    const int64_t amount = entry.active_delta + entry.pending_delta + entry.reserved_delta;
    if (entry.account == Account::kIssued) counters_.points_issued.fetch_add(amount);
    if (entry.account == Account::kExpired) counters_.points_expired.fetch_add(-amount);
    if (entry.account == Account::kRedeemed && amount < 0) {
      counters_.points_redeemed.fetch_add(-amount);
    }
  }
  counters_.orders.fetch_add(static_cast<int64_t>(state.orders.size()));
}

}  // namespace laurel::members
