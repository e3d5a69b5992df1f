#include "members-svc/jobs/evaluate_tiers.h"

#include <algorithm>
#include <utility>

#include "lib/status/error.h"
#include "members-svc/domain/tier_change.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/jobs/member_news.h"
#include "members-svc/store/occasion_store.h"

namespace laurel::members {
namespace {

// Behind every event of the member's records, and behind the last of its tiers.
int64_t BehindOf(const TierMemberState& member) {
  return std::max(member.seen_us, member.row.told_us);
}

// Queues who came into a tier from below, where campaigns run for that.
absl::Status QueueEntries(db::Tx& tx, const StoredTierSet& set,
                          const std::vector<Occasion>& entries, absl::Time now,
                          CampaignCache* campaigns) {
  if (entries.empty() || campaigns == nullptr) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const auto rules, campaigns->Current(tx, set.program_id));
  if (!Runs(*rules, TierEnteredKey(set.newest().code()))) return absl::OkStatus();
  return QueueOccasions(tx, entries, now);
}

}  // namespace

absl::StatusOr<EvaluatedTiers> EvaluateTiers(db::Tx& tx, base::IdSource& ids,
                                             const StoredTierSet& set,
                                             const std::vector<base::Uuid>& members, absl::Time now,
                                             CampaignCache* campaigns) {
  EvaluatedTiers out;
  LAUREL_ASSIGN_OR_RETURN(out.members, ReadTierMembers(tx, set, members));
  for (const TierMemberState& member : out.members) {
    if (member.row.newest_version <= set.newest().version()) continue;
    // The set was read before somebody changed it.
    LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, set.program_id));
    return EvaluateTiers(tx, ids, sets[static_cast<size_t>(set.set_no) - 1], members, now,
                         campaigns);
  }
  MemberNews news(ids, set.program_id, now);
  std::vector<NewMemberTier> written;
  std::vector<size_t> told;  // places in `written`
  std::vector<Occasion> entries;
  for (const TierMemberState& member : out.members) {
    const int64_t at_us = member.AsOf(now);
    const TierOutlook outlook = OutlookAt(member.history, at_us);
    KnownTier known{.tier = {}, .warned_us = member.row.warned_us};
    if (member.row.version > 0) known.tier = member.row.tier;
    TierNews of_member = NewsOf(member.history, outlook, known, at_us);
    const bool tells = of_member.changed || of_member.at_risk;
    if (of_member.changed) {
      *news.Add(member.member_id, BehindOf(member)).mutable_tier_changed() =
          *std::move(of_member.changed);
    }
    if (of_member.at_risk) {
      *news.Add(member.member_id, BehindOf(member)).mutable_tier_at_risk() =
          *std::move(of_member.at_risk);
    }
    const v1::TierSet& holding =
        member.history.versions[static_cast<size_t>(outlook.now.version)]->set;
    MemberTierRow row{.tier = holding.tiers(outlook.now.tier).code(),
                      .since_us = outlook.now.since_us,
                      .value = outlook.now.value,
                      .rule_version = holding.version(),
                      .newest_version = set.newest().version(),
                      .manual = outlook.now.tier > outlook.now.earned_tier,
                      .seen_us = member.seen_us,
                      .next_look_us = of_member.next_look_us,
                      .warned_us = of_member.warned_us,
                      .told_us = member.row.told_us,
                      .version = member.row.version};
    if (row == member.row) continue;
    ++row.version;
    if (of_member.entered) {
      entries.push_back(TierEntryOf(set.program_id, member.member_id, holding.code(), row.tier,
                                    row.version, now));
    }
    if (tells) told.push_back(written.size());
    written.push_back({member.member_id, std::move(row)});
  }
  for (const size_t i : told) written[i].row.told_us = news.position_us();
  out.events = news.size();
  LAUREL_RETURN_IF_ERROR(WriteMemberTiers(tx, set, written));
  LAUREL_RETURN_IF_ERROR(QueueEntries(tx, set, entries, now, campaigns));
  LAUREL_RETURN_IF_ERROR(news.Write(tx));
  return out;
}

absl::StatusOr<EvaluatedMembers> EvaluateTiersOf(db::Pool& pool, base::IdSource& ids,
                                                 const StoredTierSet& set,
                                                 const std::vector<base::Uuid>& members,
                                                 absl::Time now, CampaignCache* campaigns,
                                                 const OnPassedOver& on_passed_over) {
  return EvaluateEach(
      pool, members,
      [&](db::Tx& tx, const std::vector<base::Uuid>& some) -> absl::StatusOr<int64_t> {
        LAUREL_ASSIGN_OR_RETURN(const EvaluatedTiers evaluated,
                                EvaluateTiers(tx, ids, set, some, now, campaigns));
        return evaluated.events;
      },
      on_passed_over);
}

absl::StatusOr<int64_t> EvaluateBucket(db::Pool& pool, base::IdSource& ids,
                                       const StoredTierSet& set, TierSearch search,
                                       const std::atomic<bool>& stopping, CampaignCache* campaigns,
                                       const OnPassedOver& on_passed_over) {
  int64_t events = 0;
  while (!stopping) {
    std::vector<base::Uuid> members;
    LAUREL_RETURN_IF_ERROR(pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(members, FindTierMembers(tx, set, search));
      return absl::OkStatus();
    }));
    if (members.empty()) break;
    LAUREL_ASSIGN_OR_RETURN(
        const EvaluatedMembers evaluated,
        EvaluateTiersOf(pool, ids, set, members, absl::FromUnixMicros(search.at_us), campaigns,
                        on_passed_over));
    events += evaluated.events;
    search.after = members.back();
    if (static_cast<int64_t>(members.size()) < search.limit) break;
  }
  return events;
}

v1::MemberTier AnswerOf(const TierMemberState& member, absl::Time now) {
  const int64_t at_us = member.AsOf(now);
  v1::MemberTier answer = ToProto(member.history, OutlookAt(member.history, at_us), at_us);
  if (!answer.has_manual()) return answer;
  for (const GivenTierRow& row : member.given) {
    if (row.given.from_us > at_us || at_us >= row.given.end_us) continue;
    answer.mutable_manual()->set_reason(row.reason);
    answer.mutable_manual()->set_actor(row.actor);
  }
  return answer;
}

}  // namespace laurel::members
