// Evaluates members' tiers and writes what has changed: the rows of member_tiers, and in the same
// transaction the events TierChanged and TierAtRisk. Of two who do it at the same time one finds
// the rows newer than it read them, and begins again; so each change is told once. Evaluating again
// finds nothing. What campaigns run for, coming into a tier from below, is queued with them.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/jobs/each_member.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/tier_store.h"

namespace laurel::members {

// As of an instant: what lies after it has not happened. Where a row is of a newer version than
// `set`, by the tier set as it stands now. `campaigns`: null: none run for tiers.
struct EvaluatedTiers {
  std::vector<TierMemberState> members;  // by id; those that are none of the programme are missing
  int64_t events = 0;
};
absl::StatusOr<EvaluatedTiers> EvaluateTiers(db::Tx& tx, base::IdSource& ids,
                                             const StoredTierSet& set,
                                             const std::vector<base::Uuid>& members, absl::Time now,
                                             CampaignCache* campaigns);

// The same in a transaction of its own; who cannot be evaluated is passed over.
absl::StatusOr<EvaluatedMembers> EvaluateTiersOf(db::Pool& pool, base::IdSource& ids,
                                                 const StoredTierSet& set,
                                                 const std::vector<base::Uuid>& members,
                                                 absl::Time now, CampaignCache* campaigns,
                                                 const OnPassedOver& on_passed_over);

// Evaluates those members of a bucket who are to be (FindTierMembers), a page at a time, each in a
// transaction of its own, until there is none or `stopping` becomes true; who cannot be evaluated
// is passed over. How many events were written. Errors are the database's.
absl::StatusOr<int64_t> EvaluateBucket(db::Pool& pool, base::IdSource& ids,
                                       const StoredTierSet& set, TierSearch search,
                                       const std::atomic<bool>& stopping, CampaignCache* campaigns,
                                       const OnPassedOver& on_passed_over);

// What is answered about a member; from its history alone.
v1::MemberTier AnswerOf(const TierMemberState& member, absl::Time now);

}  // namespace laurel::members
