#include "members-svc/jobs/evaluate_tiers.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_change.h"

namespace laurel::members {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

// The events of some members of one programme, on their way into one row of the outbox.
class News {
 public:
  News(base::IdSource& ids, const base::Uuid& program_id, absl::Time now)
      : ids_(ids), program_id_(base::EncodeId("prg", program_id)), now_(now), position_(now) {}

  events::v1::Event& Add(const TierMemberState& member) {
    const std::string member_id = base::EncodeId("mem", member.member_id);
    // Behind every event of the member's records, and behind the last of its tiers.
    const int64_t behind_us = std::max(member.seen_us, member.row.told_us);
    position_ = std::max(position_, absl::FromUnixMicros(behind_us + 1));
    return events_.emplace_back(outbox::MakeEvent({.id = ids_.Next(now_),
                                                   .source = "members",
                                                   .subject = member_id,
                                                   .program_id = program_id_,
                                                   .member_id = member_id,
                                                   .time = now_,
                                                   .traceparent = ""}));
  }
  int64_t size() const { return static_cast<int64_t>(events_.size()); }
  int64_t position_us() const { return absl::ToUnixMicros(position_); }
  absl::Status Write(db::Tx& tx) {
    if (events_.empty()) return absl::OkStatus();
    return outbox::Write(tx, outbox::Pack(std::move(events_), position_, ids_.Next(now_)));
  }

 private:
  base::IdSource& ids_;
  const std::string program_id_;
  const absl::Time now_;
  absl::Time position_;
  std::vector<events::v1::Event> events_;
};

}  // namespace

absl::StatusOr<EvaluatedTiers> EvaluateTiers(db::Tx& tx, base::IdSource& ids,
                                             const StoredTierSet& set,
                                             const std::vector<base::Uuid>& members,
                                             absl::Time now) {
  EvaluatedTiers out;
  LAUREL_ASSIGN_OR_RETURN(out.members, ReadTierMembers(tx, set, members));
  News news(ids, set.program_id, now);
  std::vector<NewMemberTier> written;
  std::vector<size_t> told;  // places in `written`
  for (const TierMemberState& member : out.members) {
    const int64_t at_us = member.AsOf(now);
    const TierOutlook outlook = OutlookAt(member.history, at_us);
    KnownTier known{.tier = {}, .warned_us = member.row.warned_us};
    if (member.row.version > 0) known.tier = member.row.tier;
    TierNews of_member = NewsOf(member.history, outlook, known, at_us);
    const bool tells = of_member.changed || of_member.at_risk;
    if (of_member.changed) {
      *news.Add(member).mutable_tier_changed() = *std::move(of_member.changed);
    }
    if (of_member.at_risk) {
      *news.Add(member).mutable_tier_at_risk() = *std::move(of_member.at_risk);
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
    if (tells) told.push_back(written.size());
    written.push_back({member.member_id, std::move(row)});
  }
  for (const size_t i : told) written[i].row.told_us = news.position_us();
  out.events = news.size();
  LAUREL_RETURN_IF_ERROR(WriteMemberTiers(tx, set, written));
  LAUREL_RETURN_IF_ERROR(news.Write(tx));
  return out;
}

absl::StatusOr<int64_t> EvaluateBucket(db::Pool& pool, base::IdSource& ids,
                                       const StoredTierSet& set, TierSearch search,
                                       const std::atomic<bool>& stopping) {
  int64_t events = 0;
  while (!stopping) {
    std::vector<base::Uuid> members;
    LAUREL_RETURN_IF_ERROR(pool.Read(Soon(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(members, FindTierMembers(tx, set, search));
      return absl::OkStatus();
    }));
    if (members.empty()) break;
    int64_t written = 0;
    LAUREL_RETURN_IF_ERROR(pool.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(
          const EvaluatedTiers evaluated,
          EvaluateTiers(tx, ids, set, members, absl::FromUnixMicros(search.at_us)));
      written = evaluated.events;
      return absl::OkStatus();
    }));
    events += written;
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
