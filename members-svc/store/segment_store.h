// Rows of segments, of how a programme scores its members, and of segments' members.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/segment.h"
#include "members-svc/domain/segment_validation.h"

namespace laurel::members {

struct StoredSegment {
  base::Uuid id;
  v1::Segment segment;
  std::optional<CompiledSegment> condition;  // of a dynamic one
};

// What a programme says about segments, as of one version.
struct SegmentRules {
  base::Uuid program_id;
  absl::TimeZone zone;
  int version = 0;  // 0: it says nothing, and nobody is evaluated
  int swept_version = 0;
  v1::SegmentSettings settings;         // every default written out
  std::optional<RfmScale> scale;        // empty: quintiles that have not been computed yet
  std::vector<StoredSegment> segments;  // oldest first

  const RfmScale* scale_or_null() const { return scale ? &*scale : nullptr; }
  // Of all segments together.
  SegmentNeeds needs() const;
};
// The version is read before what it is the version of. NOT_FOUND, PROGRAM_NOT_FOUND.
absl::StatusOr<SegmentRules> ReadSegmentRules(db::Tx& tx, const base::Uuid& program_id);
// Of these rules, by its id outside. NOT_FOUND, SEGMENT_NOT_FOUND.
absl::StatusOr<const StoredSegment*> FindSegment(const SegmentRules& rules,
                                                 std::string_view segment_id);

// The tiers that conditions may name.
absl::StatusOr<KnownTiers> ReadKnownTiers(db::Tx& tx, const base::Uuid& program_id);

// All members are to be evaluated again. Settings null: as they are, or the defaults. To be called
// before a segment is stored.
absl::Status RaiseSegmentsVersion(db::Tx& tx, const base::Uuid& program_id,
                                  const v1::SegmentSettings* settings);
// Stores a version as its message says: version 1 as a new segment, a later one over the version
// before. kAborted when that is not the newest.
absl::Status StoreSegment(db::Tx& tx, const base::Uuid& program_id, const v1::Segment& segment,
                          std::string_view principal);

// The same after a change of tiers of many members, where a segment asks for tiers.
absl::Status TiersHaveMoved(db::Tx& tx, const base::Uuid& program_id);

// Computes the quintiles that scores go by, and raises the version where they have changed and a
// segment asks for scores. Nothing where the bounds are configured or nobody is scored.
absl::Status ComputeQuintiles(db::Tx& tx, const base::Uuid& program_id, absl::Time now);

}  // namespace laurel::members
