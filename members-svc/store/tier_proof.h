// Proving the rows of member_tiers: each against what its member's history and the versions of the
// tier set say, computed anew. Compared are the tier and since when, where the row is to be of now:
// one whose member has newer records, or that time or a new version makes due, is about to be
// evaluated and not wrong, and neither is one whose newest record is less than a minute old.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/store/tier_store.h"

namespace laurel::members {

class TierProof {
 public:
  explicit TierProof(const base::Uuid& program_id) : program_id_(program_id) {}

  // The faults of the next rows, in the snapshot in which they are read. False when there are none
  // left.
  using Fault = std::function<void(const base::Uuid& member_id, std::string what)>;
  absl::StatusOr<bool> Next(db::Tx& tx, absl::Time now, const Fault& fault);

 private:
  static absl::Status Check(db::Tx& tx, const StoredTierSet& set,
                            const std::vector<base::Uuid>& members, absl::Time now,
                            const Fault& fault);

  const base::Uuid program_id_;
  int64_t last_bucket_ = -1;
  base::Uuid last_member_;
  int64_t last_set_no_ = 0;
};

}  // namespace laurel::members
