// What happens to members beside orders: activities, and occasions such as a birthday. The command
// that records one, once, and gives for it what the campaigns give that it triggers.
//
// A job that finds occasions:
//   ledger.Run(OccurrenceCommand(program_id, member_id,
//                                {.trigger_key = "birthday", .ref = "birthday/2026", …}));
// Run again with the same trigger and ref it answers what the first one was answered, whatever has
// become of the rules: what was recorded when no campaign was active earns nothing later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/activity.pb.h"
#include "laurel/members/v1/campaign_limit.pb.h"
#include "lib/base/uuid.h"

namespace laurel::members {

struct Command;

// How often a member may do it.
struct OccurrenceLimit {
  base::Uuid counter_id = {};  // in the counters of campaigns; no campaign's
  members::v1::EarningLimit::Period period = members::v1::EarningLimit::PERIOD_UNSPECIFIED;
  int64_t most = 0;
};

struct RecordOccurrence {
  // Which campaigns it triggers: a key of domain/trigger.h, 1 to 128 bytes.
  std::string trigger_key;
  // What tells it from others of the member and trigger, such as what and when: 1 to 128 bytes, no
  // personal data.
  std::string ref;
  // When it happened; none: when it is recorded.
  std::optional<absl::Time> occur_time = std::nullopt;
  // It may have happened longer ago than the programme lets orders be recorded late.
  bool historical = false;
  // Where it happened; may be empty.
  std::string store = {};
  // What campaigns compare their triggers with.
  absl::flat_hash_map<std::string, std::string> attributes = {};

  // Of activities: type and version, key, place and attributes of the answer, which is kept.
  members::v1::Activity activity = {};
  // Attributes that are kept under the member's own key only; empty: there are none.
  std::string sealed = {};
  // Whether it is written only while the member's consent to the trigger's activities holds.
  bool needs_consent = false;
  std::optional<OccurrenceLimit> limit = std::nullopt;
  // What speaks against it, unless it has been recorded before.
  absl::Status refusal = absl::OkStatus();
};

// What it is known by: no two of a programme, member, trigger and ref are recorded.
base::Uuid OccurrenceKeyOf(const base::Uuid& program_id, const base::Uuid& member_id,
                           std::string_view trigger_key, std::string_view ref);

// The command of a job: its request is what it records.
Command OccurrenceCommand(const base::Uuid& program_id, const base::Uuid& member_id,
                          RecordOccurrence what);

}  // namespace laurel::members
