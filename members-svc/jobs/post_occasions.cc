#include "members-svc/jobs/post_occasions.h"

#include <utility>
#include <vector>

#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/ledger/occurrence.h"
#include "members-svc/store/occasion_store.h"

namespace laurel::members {
namespace {

constexpr int64_t kAtOnce = 256;

Command CommandOf(const Occasion& occasion) {
  RecordOccurrence what;
  what.trigger_key = occasion.trigger_key;
  what.ref = occasion.ref;
  what.occur_time = absl::FromUnixMicros(occasion.occur_us);
  // The days that are made up for may be long ago. Who joined long ago has been a member elsewhere.
  what.historical = occasion.trigger_key != kEnrolmentKey;
  if (!occasion.attribute.empty()) what.attributes[occasion.attribute] = occasion.value;
  return OccurrenceCommand(occasion.program_id, occasion.member_id, std::move(what));
}

// Empty: it was recorded.
std::string RefusalOf(const Occasion& occasion, const absl::Status& status) {
  if (status.ok()) return "";
  const std::string reason = status::ReasonOf(status);
  if (!reason.empty()) return reason;
  // No rule's: a fault of ours, which would be the same at every try.
  log::Error("an occasion cannot be recorded",
             {{"member_id", base::EncodeId("mem", occasion.member_id)},
              {"trigger", occasion.trigger_key},
              {"error", status.ToString()}});
  return absl::StatusCodeToString(status.code());
}

}  // namespace

absl::StatusOr<int64_t> PostOccasions::Round(const std::atomic<bool>& stopping) {
  int64_t recorded = 0;
  while (!stopping) {
    std::vector<Occasion> waiting;
    LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(waiting, ReadWaitingOccasions(tx, kAtOnce));
      return absl::OkStatus();
    }));
    std::vector<Command> commands;
    commands.reserve(waiting.size());
    for (const Occasion& occasion : waiting) commands.push_back(CommandOf(occasion));
    const auto outcomes = deps_.ledger.RunAll(std::move(commands));
    std::vector<EndedOccasion> ended;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      const absl::Status& status = outcomes[i].status();
      if (MayBeRunAgain(status)) continue;
      if (status.ok()) ++recorded;
      ended.push_back({&waiting[i], RefusalOf(waiting[i], status)});
    }
    if (ended.empty()) break;
    LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(
        JobDeadline(), [&](db::Tx& tx) { return EndOccasions(tx, ended, deps_.clock.Now()); }));
    if (static_cast<int64_t>(waiting.size()) < kAtOnce) break;
  }
  return recorded;
}

}  // namespace laurel::members
