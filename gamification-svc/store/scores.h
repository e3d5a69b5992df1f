// The leaderboard: a score per member, ranked by an index.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::gamification::store {

struct Score {
  base::Uuid member_id;
  base::Uuid program_id;
  int64_t score = 0;  // above zero
};

// Adds to scores; each member at most once.
absl::Status AddScores(db::Tx& tx, const std::vector<Score>& scores);

// Part of the list, best first, equal scores by member id.
struct ScorePage {
  std::vector<Score> scores;
  int64_t rows_before = 0;  // stand before the first of them
  int64_t greater = 0;      // of those, how many have a greater score
};
// The first ones, or those after `after` (its member and score). A later page costs as much as
// there are rows before it.
absl::StatusOr<ScorePage> ListScores(db::Tx& tx, const base::Uuid& program_id,
                                     const std::optional<Score>& after, int64_t limit);

struct Rank {
  int64_t rank = 0;  // from 1
  int64_t score = 0;
};
// Empty: the member has earned nothing.
absl::StatusOr<std::optional<Rank>> FindRank(db::Tx& tx, const base::Uuid& program_id,
                                             const base::Uuid& member_id);

}  // namespace laurel::gamification::store
