#include "members-svc/handlers/manual_tier.h"

#include <algorithm>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/jobs/evaluate_tiers.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

bool HasTier(const StoredTierSet& set, const std::string& tier, int64_t at_us) {
  // In the version that holds, or in one that will.
  bool found = false;
  for (const auto& rules : set.versions) {
    if (rules->from_us <= at_us) found = false;
    for (const v1::Tier& one : rules->set.tiers()) found = found || one.code() == tier;
  }
  return found;
}

}  // namespace

absl::StatusOr<v1::MemberTier> ChangeManualTier(const Deps& deps, db::Tx& tx,
                                                const ManualTierChange& change, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(change.program_id));
  const base::Uuid member = base::DecodeId("mem", change.member_id).value_or(base::Uuid{});
  const int bucket = base::BucketOf(member);
  LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
  LAUREL_RETURN_IF_ERROR(tx.Query("lock_tier_member", bucket, member, program).status());
  LAUREL_ASSIGN_OR_RETURN(const StoredTierSet set, GetTierSetRow(tx, program, change.tier_set));
  LAUREL_ASSIGN_OR_RETURN(const auto states, ReadTierMembers(tx, set, {member}));
  // After whatever another process, whose clock is ahead, has given.
  for (const GivenTierRow& row : states[0].given) {
    now = std::max(now, absl::FromUnixMicros(row.given.from_us + 1));
  }
  if (!change.tier.empty() && !HasTier(set, change.tier, absl::ToUnixMicros(now))) {
    return status::NotFound("TIER_NOT_FOUND", "The tier set has no such tier.");
  }
  if (change.end && *change.end <= now) {
    return status::Error(absl::StatusCode::kInvalidArgument, "TIER_END_TIME_PAST",
                         "A tier cannot have ended before it is given.");
  }
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows ended,
      tx.Query("end_manual_tier", bucket, member, set.set_no, now, change.reason, change.actor));
  if (change.tier.empty() && ended.affected() == 0) {
    return status::Refused("NO_MANUAL_TIER", "The member has no tier that was given by hand.");
  }
  if (!change.tier.empty()) {
    LAUREL_RETURN_IF_ERROR(tx.Query("insert_manual_tier", bucket, member, set.set_no, now, program,
                                    change.tier, change.end, change.reason, change.actor)
                               .status());
  }
  LAUREL_ASSIGN_OR_RETURN(const EvaluatedTiers evaluated,
                          EvaluateTiers(tx, deps.ids, set, {member}, now, &deps.campaigns));
  return AnswerOf(evaluated.members[0], now);
}

void NoteChange(const Deps& deps, const ManualTierChange& change) {
  const auto program = ProgramIdOf(change.program_id);
  const auto member = base::DecodeId("mem", change.member_id);
  if (program.ok() && member) deps.Changed(*program, *member);
}

}  // namespace laurel::members::handlers
