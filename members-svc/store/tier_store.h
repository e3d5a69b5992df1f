// Where members stand in a tier set: their history as recorded, the tiers that people gave them,
// and the row of their last evaluation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/tier.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/tier.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members {

// A row of member_tiers; version 0: there is none yet.
struct MemberTierRow {
  std::string tier;
  int64_t since_us = 0;
  int64_t value = 0;
  int rule_version = 0;
  int newest_version = 0;
  bool manual = false;
  int64_t seen_us = 0;
  int64_t next_look_us = kNoTime;
  int64_t warned_us = 0;
  int64_t told_us = 0;
  int64_t version = 0;

  friend bool operator==(const MemberTierRow&, const MemberTierRow&) = default;
};

struct GivenTierRow {
  GivenTier given;
  std::string reason;
  std::string actor;
};

struct TierMemberState {
  base::Uuid member_id;
  TierHistory history;
  std::vector<GivenTierRow> given;  // as in history.given
  // Create time of the newest record that the history was made from, or older: what is recorded
  // later has a later one.
  int64_t seen_us = 0;
  MemberTierRow row;

  // The instant as of which the member is looked at: what was recorded by a clock that is a little
  // ahead has happened.
  int64_t AsOf(absl::Time now) const { return std::max(absl::ToUnixMicros(now), seen_us); }
};

// Those of `members` that are members of the tier set's programme, by id. The rows are read before
// the history: what was recorded before a row was written is in the history.
absl::StatusOr<std::vector<TierMemberState>> ReadTierMembers(
    db::Tx& tx, const StoredTierSet& set, const std::vector<base::Uuid>& members);

// Writes rows over the versions that were read; each has its new version. kAborted when one was
// written meanwhile.
struct NewMemberTier {
  base::Uuid member_id;
  MemberTierRow row;
};
absl::Status WriteMemberTiers(db::Tx& tx, const StoredTierSet& set,
                              const std::vector<NewMemberTier>& rows);

// A day that never comes: new orders are not looked for.
inline constexpr int kNoSuchDay = 10000000;

// The members of a bucket, after `after`, who are to be evaluated: at most `limit`, by id. New
// orders are looked for from the day `since_day` (UTC, of recording) on.
struct TierSearch {
  int bucket = 0;
  base::Uuid after;
  int64_t at_us = 0;
  int since_day = 0;
  int64_t limit = 0;
};
absl::StatusOr<std::vector<base::Uuid>> FindTierMembers(db::Tx& tx, const StoredTierSet& set,
                                                        const TierSearch& search);

}  // namespace laurel::members
