#include "members-svc/jobs/evaluate_segments.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "lib/auth/caller.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/jobs/member_news.h"
#include "members-svc/jobs/settle_due.h"
#include "members-svc/store/occasion_store.h"
#include "members-svc/store/tier_store.h"

namespace laurel::members {
namespace {

// Members whose history is read together.
constexpr int64_t kAtOnce = 64;

// What is about to be written about some members of one programme.
class Changes {
 public:
  Changes(const SegmentTools& tools, const SegmentRules& rules, absl::Time now)
      : tools_(tools), rules_(rules), now_(now), news_(tools.ids, rules.program_id, now) {}

  // The member comes into the segment, or leaves it.
  void Move(const SegmentMemberState& member, const StoredSegment& segment, bool in) {
    events::v1::Event& event =
        news_.Add(member.member_id, std::max(member.seen_us, member.look.told_us));
    const SegmentMove row{member.member_id, segment.id};
    if (in) {
      auto& entered = *event.mutable_segment_entered();
      entered.set_segment_id(segment.segment.segment_id());
      entered.set_display_name(segment.segment.display_name());
      base::SetTimestamp(now_, entered.mutable_enter_time());
      entered_.push_back(row);
    } else {
      auto& left = *event.mutable_segment_left();
      left.set_segment_id(segment.segment.segment_id());
      left.set_display_name(segment.segment.display_name());
      base::SetTimestamp(absl::FromUnixMicros(member.in.at(segment.id)), left.mutable_enter_time());
      left_.push_back(row);
    }
  }

  // After the member's moves: its row, unless nothing has changed.
  void Look(const SegmentMemberState& member, SegmentLook look) {
    const bool moved = news_.size() > told_;
    told_ = news_.size();
    if (!moved && look == member.look) return;
    ++look.version;
    if (moved) tellers_.push_back(looks_.size());
    looks_.push_back({member.member_id, std::move(look)});
  }

  absl::StatusOr<int64_t> Write(db::Tx& tx) {
    for (const size_t i : tellers_) looks_[i].look.told_us = news_.position_us();
    // The guarded rows first: whoever comes second goes no further.
    LAUREL_RETURN_IF_ERROR(WriteSegmentLooks(tx, rules_.program_id, looks_));
    LAUREL_RETURN_IF_ERROR(WriteMemberships(tx, rules_.program_id, now_, entered_, left_));
    LAUREL_RETURN_IF_ERROR(QueueEntries(tx));
    LAUREL_RETURN_IF_ERROR(news_.Write(tx));
    return news_.size();
  }

 private:
  // Campaigns may run for who comes into a segment.
  absl::Status QueueEntries(db::Tx& tx) {
    if (entered_.empty() || tools_.campaigns == nullptr) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(const auto campaigns, tools_.campaigns->Current(tx, rules_.program_id));
    std::vector<Occasion> occasions;
    for (const SegmentMove& one : entered_) {
      if (!Runs(*campaigns, SegmentEnteredKey(one.segment_id))) continue;
      occasions.push_back(SegmentEntryOf(rules_.program_id, one.member_id, one.segment_id, now_));
    }
    return QueueOccasions(tx, occasions, now_);
  }

  const SegmentTools& tools_;
  const SegmentRules& rules_;
  const absl::Time now_;
  MemberNews news_;
  int64_t told_ = 0;
  std::vector<SegmentMove> entered_, left_;
  std::vector<NewSegmentLook> looks_;
  std::vector<size_t> tellers_;  // places in looks_
};

}  // namespace

SegmentVerdict VerdictOf(const SegmentRules& rules, const SegmentMemberState& member,
                         absl::Time now) {
  const int64_t at_us = member.AsOf(now);
  const SegmentMoment moment(member.facts, rules.settings, rules.scale_or_null(), at_us);
  SegmentVerdict out;
  int next_day = std::min(moment.next_stage_day(), moment.next_scores_day());
  for (const StoredSegment& segment : rules.segments) {
    Truth truth;
    if (segment.condition) truth = segment.condition->At(moment);
    out.holds.push_back(truth.holds);
    next_day = std::min(next_day, truth.next_day);
  }
  const RfmValues values = moment.rfm_values();
  out.look = {.rules_version = rules.version,
              .seen_us = member.seen_us,
              .tier_mark = member.tier_mark,
              .attribute_mark = member.attribute_mark,
              .next_look_us = moment.NextLook(next_day),
              .stage = moment.stage(),
              .last_day = values.last_day,
              .orders = values.orders,
              .minor_units = values.minor_units,
              .told_us = member.look.told_us,
              .version = member.look.version};
  return out;
}

absl::StatusOr<int64_t> EvaluateSegments(db::Tx& tx, const SegmentTools& tools,
                                         const base::Uuid& program_id,
                                         const std::vector<base::Uuid>& members, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program_id));
  if (rules.version == 0) return 0;
  LAUREL_ASSIGN_OR_RETURN(const auto states,
                          ReadSegmentMembers(tx, rules, members, tools.birthdays, /*keep=*/true));
  Changes changes(tools, rules, now);
  for (const SegmentMemberState& member : states) {
    if (member.look.rules_version > rules.version) {
      return db::Conflict("the segments have changed meanwhile");
    }
    SegmentVerdict verdict = VerdictOf(rules, member, now);
    for (size_t i = 0; i < rules.segments.size(); ++i) {
      const StoredSegment& segment = rules.segments[i];
      if (!segment.condition || verdict.holds[i] == member.in.contains(segment.id)) continue;
      changes.Move(member, segment, verdict.holds[i]);
    }
    changes.Look(member, std::move(verdict.look));
  }
  return changes.Write(tx);
}

absl::StatusOr<EvaluatedMembers> EvaluateSegmentsOf(db::Pool& pool, const SegmentTools& tools,
                                                    const base::Uuid& program_id,
                                                    const std::vector<base::Uuid>& members,
                                                    absl::Time now) {
  EvaluatedMembers out;
  for (size_t at = 0; at < members.size(); at += kAtOnce) {
    const size_t end = std::min(members.size(), at + kAtOnce);
    const std::vector<base::Uuid> some(members.begin() + static_cast<std::ptrdiff_t>(at),
                                       members.begin() + static_cast<std::ptrdiff_t>(end));
    LAUREL_ASSIGN_OR_RETURN(EvaluatedMembers evaluated,
                            EvaluateEach(
                                pool, some,
                                [&](db::Tx& tx, const std::vector<base::Uuid>& ids) {
                                  return EvaluateSegments(tx, tools, program_id, ids, now);
                                },
                                tools.on_passed_over));
    out.events += evaluated.events;
    std::move(evaluated.passed_over.begin(), evaluated.passed_over.end(),
              std::back_inserter(out.passed_over));
  }
  return out;
}

absl::StatusOr<int64_t> EvaluateSegmentBucket(db::Pool& pool, const SegmentTools& tools,
                                              const SegmentRules& rules, SegmentSearch search,
                                              const std::atomic<bool>& stopping) {
  int64_t events = 0;
  search.limit = kAtOnce;
  while (!stopping) {
    std::vector<base::Uuid> members;
    LAUREL_RETURN_IF_ERROR(pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(members, FindSegmentCandidates(tx, rules, search));
      return absl::OkStatus();
    }));
    if (members.empty()) break;
    LAUREL_ASSIGN_OR_RETURN(const EvaluatedMembers some,
                            EvaluateSegmentsOf(pool, tools, rules.program_id, members,
                                               absl::FromUnixMicros(search.at_us)));
    events += some.events;
    search.after = members.back();
    if (static_cast<int64_t>(members.size()) < search.limit) break;
  }
  return events;
}

absl::StatusOr<int> ChangeStaticSegment(db::Tx& tx, const SegmentTools& tools,
                                        const SegmentRules& rules, const StoredSegment& segment,
                                        const std::vector<base::Uuid>& members, bool add,
                                        absl::Time now) {
  std::vector<base::Uuid> asked = members;
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  LAUREL_ASSIGN_OR_RETURN(const auto states, ReadSegmentRows(tx, rules.program_id, asked));
  if (states.size() != asked.size()) return auth::MemberNotFound();
  Changes changes(tools, rules, now);
  for (const SegmentMemberState& member : states) {
    if (member.in.contains(segment.id) == add) continue;
    changes.Move(member, segment, add);
    // What was looked at stays as it was: a member who never was is due.
    changes.Look(member, member.look);
  }
  LAUREL_ASSIGN_OR_RETURN(const int64_t events, changes.Write(tx));
  return static_cast<int>(events);
}

absl::StatusOr<SegmentSweep> SweepSegments(db::Pool& pool, const SegmentTools& tools,
                                           const base::Clock& clock, int slices,
                                           absl::Duration round,
                                           const std::atomic<bool>& stopping) {
  SegmentSweep out;
  LAUREL_RETURN_IF_ERROR(pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    out.found = false;
    LAUREL_ASSIGN_OR_RETURN(const db::Rows claimed, tx.Query("claim_segment_sweep"));
    if (claimed.empty()) return absl::OkStatus();
    out.found = true;
    const base::Uuid program = claimed[0].Uuid(0);
    const int version = static_cast<int>(claimed[0].Int(1));
    int slice = static_cast<int>(claimed[0].Int(2));
    const bool by_quintiles = claimed[0].Bool(3);
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    const int last = std::min(kSlices, slice + slices);
    const absl::Time end = absl::Now() + round;
    for (; slice < last && !stopping && absl::Now() < end; ++slice) {
      LAUREL_ASSIGN_OR_RETURN(const int64_t some,
                              EvaluateSegmentBucket(pool, tools, rules,
                                                    {.bucket = base::LabelOfSlice(slice),
                                                     .after = {},
                                                     .at_us = absl::ToUnixMicros(clock.Now()),
                                                     .since_day = kNoSuchDay,
                                                     .limit = 0},
                                                    stopping));
      out.events += some;
      // The rest of the slice is left.
      if (stopping) break;
    }
    std::optional<int> swept;
    if (slice == kSlices) swept = version;
    LAUREL_RETURN_IF_ERROR(
        tx.Query("advance_segment_sweep", program, swept ? 0 : slice, swept).status());
    if (!swept || by_quintiles) return absl::OkStatus();
    return ComputeQuintiles(tx, program, clock.Now());
  }));
  return out;
}

}  // namespace laurel::members
