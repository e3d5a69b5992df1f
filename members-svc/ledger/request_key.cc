#include "members-svc/ledger/request_key.h"

#include <algorithm>

namespace laurel::members {
namespace {

constexpr int64_t kDayUs = 86400LL * 1000000;

}  // namespace

int DayOf(absl::Time time) { return static_cast<int>(absl::ToUnixMicros(time) / kDayUs); }

base::Uuid RequestKeyOf(const idempotency::Scope& scope) {
  base::Uuid key = idempotency::KeyOf(scope).id;
  const auto given = base::ParseUuid(scope.request_id);
  if (!given || !given->IsV7()) return key;
  key.high = (given->high & ~0xFFFFULL) | 0x7000 | (key.high & 0xFFF);
  return key;
}

base::Uuid AdjustmentKeyOf(const base::Uuid& program_id, const base::Uuid& member_id,
                           const base::Uuid& command_id) {
  return RequestKeyOf({.program_id = base::EncodeId("prg", program_id),
                       .principal = "adjustment",
                       .method = "ApproveAdjustment",
                       .owner_id = base::EncodeId("mem", member_id),
                       .request_id = base::ToString(command_id)});
}

bool WrittenSinceMade(const base::Uuid& key, absl::Time now) {
  if (!key.IsV7()) return false;
  const absl::Time made = key.TimeOfV7();
  return made > now - absl::Hours(24) && made < now + absl::Hours(1);
}

std::vector<int> DaysOf(const base::Uuid& key, absl::Time now) {
  const int today = DayOf(now);
  std::vector<int> days;
  if (key.IsV7()) {
    const absl::Time made = key.TimeOfV7();
    const int first = DayOf(made - absl::Hours(1));
    const int last = std::min(today, DayOf(made + absl::Hours(24)));
    for (int day = first; day <= last; ++day) days.push_back(day);
    // It cannot have been written before it was made.
    if (WrittenSinceMade(key, now)) return days;
  }
  for (int day = today - 2; day <= today; ++day) {
    if (std::find(days.begin(), days.end(), day) == days.end()) days.push_back(day);
  }
  return days;
}

}  // namespace laurel::members
