// What is known of a member when segments are evaluated, and what follows from it at an instant:
// pure. Days are numbers of days since 1970 in the programme's calendar (daily.h), times are
// microseconds since 1970. What lies after the instant has not happened.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/segment_rules.pb.h"

namespace laurel::members {

inline constexpr int kNoDay = std::numeric_limits<int>::max();

// What is left of a line.
struct LineLeft {
  members::v1::OrderLine line;
  int64_t minor_units = 0;
};

// An order of which something is left.
struct Purchase {
  int64_t occur_us = 0;
  int day = 0;
  int64_t minor_units = 0;  // what is left of its total
  // Only where they are asked for: the store, and the lines of which something is left.
  std::string store;
  std::vector<LineLeft> lines;
};

// `returned`: what has been returned of the order's lines in all.
std::vector<LineLeft> LinesLeft(
    const members::v1::Order& order,
    const google::protobuf::RepeatedPtrField<members::v1::ReturnedLine>& returned);

struct SegmentFacts {
  absl::TimeZone zone;
  int64_t join_us = 0;
  std::vector<Purchase> purchases;                           // ascending occur_us
  absl::flat_hash_map<std::string, std::string> tiers;       // code of the tier set → of the tier
  absl::flat_hash_map<std::string, std::string> attributes;  // name → value
  std::optional<int> birthday;                               // month × 100 + day
};

// Writes out what an unset field stands for.
void Normalise(members::v1::SegmentSettings* settings);

// Four ascending bounds each, as RfmBounds has them.
struct RfmScale {
  std::array<int64_t, 4> recency_days = {};
  std::array<int64_t, 4> orders = {};
  std::array<int64_t, 4> minor_units = {};

  friend bool operator==(const RfmScale&, const RfmScale&) = default;
};
RfmScale ScaleOf(const members::v1::RfmBounds& bounds);
members::v1::RfmBounds ToProto(const RfmScale& scale);

// What scores are made from: the orders of the window.
struct RfmValues {
  std::optional<int> last_day;
  int64_t orders = 0;
  int64_t minor_units = 0;
};
// 1 to 5 each; all 0: not scored.
struct Scores {
  int recency = 0;
  int frequency = 0;
  int monetary = 0;

  friend bool operator==(const Scores&, const Scores&) = default;
};

// A member at an instant.
class SegmentMoment {
 public:
  // The settings have been normalised; scale null: nobody is scored. All must outlive it.
  SegmentMoment(const SegmentFacts& facts, const members::v1::SegmentSettings& settings,
                const RfmScale* scale, int64_t at_us);

  const SegmentFacts& facts() const { return facts_; }
  int today() const { return today_; }
  int join_day() const { return join_day_; }
  // How many of the purchases have happened.
  size_t purchases() const { return purchases_; }
  // Since when the member is idle.
  int idle_since() const { return idle_since_; }

  RfmValues rfm_values() const;
  Scores scores() const;
  members::v1::LifecycleStage stage() const;
  // The next day on which time alone may change the values, scores or stage; kNoDay: none. Never
  // later than the first that does.
  int next_scores_day() const;
  int next_stage_day() const;
  // The first instant after this one that starts `day`, or at which a known purchase happens if
  // that is before; the greatest of all: neither.
  int64_t NextLook(int day) const;

 private:
  const SegmentFacts& facts_;
  const members::v1::SegmentSettings& settings_;
  const RfmScale* const scale_;
  const int64_t at_us_;
  int today_;
  int join_day_;
  size_t purchases_ = 0;
  int idle_since_;
  int came_back_ = kNoDay;  // the last day on which a lapsed member bought again
};

}  // namespace laurel::members
