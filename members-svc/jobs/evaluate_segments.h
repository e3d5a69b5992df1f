// Evaluates in which segments members are and writes what has changed: the rows of segment_members
// and segment_looks, and in the same transaction the events SegmentEntered and SegmentLeft. Of two
// who do it at the same time one finds the rows newer than it read them, and begins again; so each
// change is told once. Evaluating again finds nothing. What campaigns run for, coming into a
// segment, is queued with them. Errors are the database's.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/jobs/each_member.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/segment_member_store.h"

namespace laurel::members {

// What evaluating takes beside the database.
struct SegmentTools {
  base::IdSource& ids;
  CampaignCache* campaigns = nullptr;       // null: no campaign runs for segments
  const BirthdayKeys* birthdays = nullptr;  // null: nobody's birthday is known
  OnPassedOver on_passed_over = nullptr;
};

// What follows for a member from its facts: the segments that hold, by their place in the rules,
// and the row to be written.
struct SegmentVerdict {
  std::vector<bool> holds;  // false of static ones
  SegmentLook look;         // version and told_us as they were
};
SegmentVerdict VerdictOf(const SegmentRules& rules, const SegmentMemberState& member,
                         absl::Time now);

// As of an instant: what lies after it has not happened. How many events were written. A programme
// that says nothing about segments costs one look.
absl::StatusOr<int64_t> EvaluateSegments(db::Tx& tx, const SegmentTools& tools,
                                         const base::Uuid& program_id,
                                         const std::vector<base::Uuid>& members, absl::Time now);
// The same in transactions of their own, some members in each; who cannot be evaluated is passed
// over.
absl::StatusOr<EvaluatedMembers> EvaluateSegmentsOf(db::Pool& pool, const SegmentTools& tools,
                                                    const base::Uuid& program_id,
                                                    const std::vector<base::Uuid>& members,
                                                    absl::Time now);

// Evaluates those members of a bucket who are to be (FindSegmentCandidates), a page at a time, each
// in a transaction of its own, until there is none or `stopping` becomes true.
absl::StatusOr<int64_t> EvaluateSegmentBucket(db::Pool& pool, const SegmentTools& tools,
                                              const SegmentRules& rules, SegmentSearch search,
                                              const std::atomic<bool>& stopping);

// Puts members into a static segment, or takes them out: how many that changed. NOT_FOUND,
// MEMBER_NOT_FOUND when one is not a member of the programme; then nothing has changed.
absl::StatusOr<int> ChangeStaticSegment(db::Tx& tx, const SegmentTools& tools,
                                        const SegmentRules& rules, const StoredSegment& segment,
                                        const std::vector<base::Uuid>& members, bool add,
                                        absl::Time now);

// Evaluates all members of a programme whose segments have changed, slice by slice; how far that is
// stands in its row, which is held meanwhile: one process sweeps it at a time, and another goes on
// where it died. At the end the quintiles are computed, unless it was new ones that began it.
struct SegmentSweep {
  bool found = false;  // there was one
  int64_t events = 0;
};
absl::StatusOr<SegmentSweep> SweepSegments(db::Pool& pool, const SegmentTools& tools,
                                           const base::Clock& clock, int slices,
                                           absl::Duration round, const std::atomic<bool>& stopping);

}  // namespace laurel::members
