// Rows of tier sets and their versions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/tier_set.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/tier.h"

namespace laurel::members {

// A tier set with all its versions.
struct StoredTierSet {
  base::Uuid program_id;
  int set_no = 0;
  absl::TimeZone zone;  // the programme's
  // The wallet whose points it counts; 0: it counts no points.
  int wallet_no = 0;
  TierVersions versions;             // ascending
  std::vector<std::string> authors;  // of each version

  const v1::TierSet& newest() const { return versions.back()->set; }
};

// Of a programme, by number. NOT_FOUND, PROGRAM_NOT_FOUND.
absl::StatusOr<std::vector<StoredTierSet>> ListTierSetRows(db::Tx& tx,
                                                           const base::Uuid& program_id);
// NOT_FOUND, TIER_SET_NOT_FOUND.
absl::StatusOr<StoredTierSet> GetTierSetRow(db::Tx& tx, const base::Uuid& program_id,
                                            std::string_view code);
absl::Status TierSetNotFound();

// Stores a version as its message says: version 1 with a new tier set, a later one behind the
// version before. Call RaiseRulesVersion first.
absl::Status StoreTierSet(db::Tx& tx, const base::Uuid& program_id, int set_no,
                          const v1::TierSet& set, std::string_view principal);

}  // namespace laurel::members
