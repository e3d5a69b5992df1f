// Challenges as rows.
#pragma once

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "laurel/gamification/v1/gamification.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::gamification::store {

absl::Status InsertChallenge(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& id,
                             const v1::Challenge& challenge);
// NOT_FOUND, CHALLENGE_NOT_FOUND.
absl::StatusOr<v1::Challenge> GetChallenge(db::Tx& tx, const base::Uuid& program_id,
                                           const base::Uuid& id);
// Those after `after`, oldest first.
absl::StatusOr<std::vector<v1::Challenge>> ListChallenges(db::Tx& tx, const base::Uuid& program_id,
                                                          const base::Uuid& after, int64_t limit);

struct StoredChallenge {
  base::Uuid program_id;
  base::Uuid challenge_id;
  v1::Challenge challenge;
};
// Those of these programmes that these types of event feed.
absl::StatusOr<std::vector<StoredChallenge>> LoadChallenges(
    db::Tx& tx, const absl::flat_hash_set<base::Uuid>& program_ids,
    const absl::flat_hash_set<v1::EventType>& types);

}  // namespace laurel::gamification::store
