// Conditions and line filters of campaigns in the form that the engine reads: made once per version
// of the rules, then asked for every order. What they mean stands in condition.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "laurel/members/v1/condition.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "members-svc/domain/member_facts.h"

namespace laurel::members {

// A list of names, searched from the front while it is short and by hash when it is long.
class NameSet {
 public:
  NameSet() = default;
  explicit NameSet(const google::protobuf::RepeatedPtrField<std::string>& names);

  bool empty() const { return few_.empty() && many_.empty(); }
  bool Contains(const std::string& name) const;

 private:
  std::vector<std::string> few_;
  absl::flat_hash_set<std::string> many_;
};

class CompiledFilter {
 public:
  CompiledFilter() = default;
  explicit CompiledFilter(const members::v1::LineFilter& filter);

  bool takes_all() const { return takes_all_; }
  bool Counts(const members::v1::OrderLine& line) const {
    return takes_all_ || CountsByParts(line);
  }

 private:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  bool CountsByParts(const members::v1::OrderLine& line) const;
  static bool HasAny(const Labels& labels, const members::v1::OrderLine& line);

  bool takes_all_ = true;
  NameSet skus_, categories_, brands_, excluded_skus_, excluded_categories_;
  Labels labels_, excluded_labels_;
};

// What conditions ask about an order and its member.
class OrderFacts {
 public:
  // `total` is the sum of the lines; `zone` is the programme's. Order and member outlive it.
  // `by_index`: only campaigns are asked that CampaignIndex has found for this order, whose lists
  // of stores and channels it has looked through.
  OrderFacts(const members::v1::RecordOrderRequest& order, int64_t total, absl::Time occur_time,
             absl::TimeZone zone, const MemberFacts& member = Nobody(), bool by_index = false)
      : order_(order),
        total_(total),
        occur_time_(occur_time),
        zone_(zone),
        member_(member),
        by_index_(by_index) {}

  const members::v1::RecordOrderRequest& order() const { return order_; }
  const MemberFacts& member() const { return member_; }
  int64_t total() const { return total_; }
  bool by_index() const { return by_index_; }
  // The occur_time on the programme's clock, found when it is first asked for.
  absl::CivilMinute Clock() const {
    if (!clock_) clock_ = absl::ToCivilMinute(occur_time_, zone_);
    return *clock_;
  }

 private:
  // Somebody of whom nothing is known.
  static const MemberFacts& Nobody();

  const members::v1::RecordOrderRequest& order_;
  const int64_t total_;
  const absl::Time occur_time_;
  const absl::TimeZone zone_;
  const MemberFacts& member_;
  const bool by_index_;
  mutable std::optional<absl::CivilMinute> clock_;
};

class CompiledCondition {
 public:
  // The condition has been validated; one of a kind that is not known holds never.
  explicit CompiledCondition(const members::v1::Condition& condition);

  // To be said once of the condition of a campaign: CampaignIndex goes by its first list of stores
  // and by its first list of channels that must hold whatever else does.
  void NoteIndexed();
  bool Holds(const OrderFacts& facts) const;
  // Of a condition that does not hold: which part of it, such as `condition.all[1].stores`, for
  // `path` = `condition`. Of a group of which none holds, the group.
  std::string FailedPath(const OrderFacts& facts, const std::string& path) const;

 private:
  enum class Kind : uint8_t {
    kNever,
    kAll,
    kAny,
    kNot,
    kTotal,
    kStores,
    kChannels,
    kLines,
    kTime,
    kOrderNumber,
    kFirstAtStore,
    kTier,
    kSegments,
    kAttribute
  };

  // Where it is of a kind that is about the member.
  void CompileOfMember(const members::v1::Condition& condition);
  bool NoteFirst(Kind kind);
  bool MemberHolds(const OrderFacts& facts) const;
  bool LinesHold(const members::v1::RecordOrderRequest& order) const;
  bool TimeHolds(absl::CivilMinute clock) const;
  void CompileTime(const members::v1::TimeCondition& time);

  Kind kind_ = Kind::kNever;
  bool indexed_ = false;  // CampaignIndex finds nothing of which it does not hold
  std::vector<CompiledCondition> parts_;
  NameSet names_;
  CompiledFilter filter_;
  // Of the total, or the amount of the lines, in minor units; of the numbers of orders.
  int64_t least_ = 0;
  int64_t most_ = 0;   // of the total, of the numbers
  int64_t every_ = 1;  // of the numbers from the least on
  std::string name_;   // of a tier set, of an attribute
  std::vector<base::Uuid> segments_;
  int64_t least_quantity_ = 0;  // in thousandths
  uint8_t weekdays_ = 0;        // bit 0 is Monday
  int from_minute_ = 0;         // of the day
  int until_minute_ = 0;        // not before from_minute_ unless it is of the next day
  absl::CivilDay first_, last_;
};

// Minutes since midnight of `HH:MM`; empty for anything else.
std::optional<int> MinuteOf(std::string_view clock);

}  // namespace laurel::members
