// Conditions of segments in the form in which they are evaluated: made once per version, then asked
// for every member. What they mean stands in segment_rules.proto. Pure.
#pragma once

#include <vector>

#include "laurel/members/v1/segment_rules.pb.h"
#include "members-svc/domain/condition.h"
#include "members-svc/domain/segment_facts.h"

namespace laurel::members {

// Whether something holds, and the next day on which time alone may change that: never later than
// the first one that does; kNoDay: none.
struct Truth {
  bool holds = false;
  int next_day = kNoDay;
};

// What has to be known beside the times and totals of orders.
struct SegmentNeeds {
  bool lines = false;  // and stores
  bool tiers = false;
  bool birthday = false;
  bool scores = false;
};

class CompiledSegment {
 public:
  // The condition has been validated; one of a kind that is not known holds never.
  explicit CompiledSegment(const members::v1::SegmentCondition& condition);

  Truth At(const SegmentMoment& moment) const;
  void AddNeeds(SegmentNeeds* needs) const;

 private:
  enum class Kind : uint8_t {
    kNever,
    kAll,
    kAny,
    kNot,
    kRecency,
    kIdle,
    kPurchases,
    kTier,
    kAttribute,
    kJoined,
    kBirthday,
    kScores,
    kStages
  };

  Truth Group(const SegmentMoment& moment) const;
  Truth Recency(const SegmentMoment& moment) const;
  Truth Purchases(const SegmentMoment& moment) const;
  Truth Joined(const SegmentMoment& moment) const;
  Truth Birthday(const SegmentMoment& moment) const;
  bool ScoresHold(const Scores& scores) const;
  // What of an order counts: nothing, or how much money.
  std::optional<int64_t> Counted(const Purchase& purchase) const;

  Kind kind_ = Kind::kNever;
  members::v1::SegmentCondition condition_;  // without groups
  std::vector<CompiledSegment> parts_;
  NameSet names_;
  CompiledFilter filter_;
};

// The day in `year` on which a birthday (month × 100 + day) is; of 29 February 1 March where the
// year has none.
absl::CivilDay BirthdayIn(int year, int birthday);

}  // namespace laurel::members
