// Progress and badges as rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gamification-svc/domain/progress.h"
#include "laurel/gamification/v1/gamification.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::gamification::store {

// Whose progress in what.
struct ProgressKey {
  int bucket = 0;  // of the member
  base::Uuid member_id;
  base::Uuid challenge_id;

  friend bool operator==(const ProgressKey&, const ProgressKey&) = default;
  friend auto operator<=>(const ProgressKey&, const ProgressKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ProgressKey& k) {
    return H::combine(std::move(h), k.member_id, k.challenge_id);
  }
};

struct ProgressRow {
  ProgressKey key;
  base::Uuid program_id;
  Progress progress;
};

// What is there already, locked until the transaction ends.
absl::StatusOr<absl::flat_hash_map<ProgressKey, Progress>> LockProgress(
    db::Tx& tx, const std::vector<ProgressKey>& keys);
// First progress. kAborted when another transaction has made any of it meanwhile.
absl::Status InsertProgress(db::Tx& tx, const std::vector<ProgressRow>& rows);
// Of locked rows.
absl::Status UpdateProgress(db::Tx& tx, const std::vector<ProgressRow>& rows);

struct BadgeRow {
  ProgressKey key;
  base::Uuid program_id;
  std::string code;
};
absl::Status InsertBadges(db::Tx& tx, const std::vector<BadgeRow>& badges, absl::Time now);
// Of challenges that are not completed any more.
absl::Status DeleteBadges(db::Tx& tx, const std::vector<ProgressKey>& keys);

// A member of a programme and where a page starts.
struct MemberPage {
  base::Uuid program_id;
  base::Uuid member_id;
  absl::Time after_time = absl::FromUnixMicros(0);  // badges only
  base::Uuid after_id;
  int64_t limit = 0;
};
// Every challenge with the member's progress at `now`, oldest challenge first.
absl::StatusOr<std::vector<v1::ChallengeProgress>> ListProgress(db::Tx& tx, const MemberPage& page,
                                                                absl::Time now);
// Oldest first.
absl::StatusOr<std::vector<v1::Badge>> ListBadges(db::Tx& tx, const MemberPage& page);

}  // namespace laurel::gamification::store
