// What segments are evaluated from, member by member: history as recorded, tiers, attributes, the
// row of the last evaluation and the segments that the member is in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "members-svc/store/birthdays.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members {

// A row of segment_looks; version 0: there is none yet.
struct SegmentLook {
  int rules_version = 0;
  int64_t seen_us = 0;
  int64_t tier_mark = 0;
  int64_t attribute_mark = 0;
  int64_t next_look_us = 0;
  int stage = 0;
  std::optional<int> last_day;
  int64_t orders = 0;
  int64_t minor_units = 0;
  int64_t told_us = 0;
  int64_t version = 0;

  friend bool operator==(const SegmentLook&, const SegmentLook&) = default;
};

struct SegmentMemberState {
  base::Uuid member_id;
  SegmentFacts facts;
  SegmentLook look;
  absl::flat_hash_map<base::Uuid, int64_t> in;  // segment → since when
  // As in SegmentLook, of what was read now.
  int64_t seen_us = 0;
  int64_t tier_mark = 0;
  int64_t attribute_mark = 0;

  // The instant as of which the member is looked at: what was recorded by a clock that is a little
  // ahead has happened.
  int64_t AsOf(absl::Time now) const { return std::max(absl::ToUnixMicros(now), seen_us); }
};

// Those of `members` that are members of the programme, by id. The rows are read before the
// history: what was recorded before a row was written is in the history. Birthdays are read where a
// segment asks for them and there are keys; `keep` as in ReadBirthdays.
absl::StatusOr<std::vector<SegmentMemberState>> ReadSegmentMembers(
    db::Tx& tx, const SegmentRules& rules, const std::vector<base::Uuid>& members,
    const BirthdayKeys* birthdays, bool keep);
// The same without facts: rows and segments alone.
absl::StatusOr<std::vector<SegmentMemberState>> ReadSegmentRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<base::Uuid>& members);

// Writes rows over the versions that were read; each has its new version. kAborted when one was
// written meanwhile.
struct NewSegmentLook {
  base::Uuid member_id;
  SegmentLook look;
};
absl::Status WriteSegmentLooks(db::Tx& tx, const base::Uuid& program_id,
                               const std::vector<NewSegmentLook>& rows);

// Members that come into segments, and that leave them; under the rows above. kAborted or
// kAlreadyExists when another was there first.
struct SegmentMove {
  base::Uuid member_id;
  base::Uuid segment_id;
};
absl::Status WriteMemberships(db::Tx& tx, const base::Uuid& program_id, absl::Time now,
                              const std::vector<SegmentMove>& entered,
                              const std::vector<SegmentMove>& left);

// The members of a bucket, after `after`, who are to be evaluated: at most `limit`, by id. New
// orders are looked for from the day `since_day` (UTC, of recording) on.
struct SegmentSearch {
  int bucket = 0;
  base::Uuid after;
  int64_t at_us = 0;
  int since_day = 0;
  int64_t limit = 0;
};
absl::StatusOr<std::vector<base::Uuid>> FindSegmentCandidates(db::Tx& tx, const SegmentRules& rules,
                                                              const SegmentSearch& search);

}  // namespace laurel::members
