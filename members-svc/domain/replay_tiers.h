// Where the members of a replay stand in tier sets: by what their orders were given, and by what
// they would be given. What counts and what does not is said in replay.proto. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/replay.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/tier.h"
#include "members-svc/domain/tier_history.h"

namespace laurel::members {

// Puts the tier sets of a programme, each with its versions, and drafts into a replay as they are
// kept with it. INVALID_ARGUMENT, TIER_SET_INVALID with the path of what is wrong
// (`tierSets[0].tiers`), also where one code stands twice.
absl::Status KeepTierSets(const std::vector<TierVersions>& saved,
                          const google::protobuf::RepeatedPtrField<members::v1::TierSet>& drafts,
                          const ProgramRules& rules, absl::Time now, members::v1::Replay* replay);

// What an order gave in one wallet, and would give.
struct TriedPoints {
  int64_t given = 0;
  int64_t replayed = 0;
};

// When members joined, in microseconds since 1970.
using JoinTimes = absl::flat_hash_map<base::Uuid, int64_t>;

class TierReplay {
 public:
  // The tier sets of `replay`, under the wallet types and the time zone of `rules`.
  TierReplay(const ProgramRules& rules, const members::v1::Replay& replay);

  // Whether there is any tier set; without one, nothing else needs to be called.
  bool any() const { return !sets_.empty(); }
  // The next order, by occur time.
  void Add(const base::Uuid& member_id, const BoughtOrder& order,
           absl::FunctionRef<TriedPoints(int wallet_no)> points);
  // Whose orders there were, by id: whose joining Finish asks for.
  std::vector<base::Uuid> Members() const;
  // About how much memory they take.
  size_t HeldBytes() const { return held_bytes_; }
  // Adds what came out. Who joined later than all of it, or is missing in `joined`, is taken to
  // have joined with the first order.
  void Finish(const JoinTimes& joined, members::v1::ReplayResult* result) const;

 private:
  // One side of a comparison.
  struct Side {
    TierVersions versions;  // none: there is no such tier set
    members::v1::TierMetric metric = members::v1::TIER_METRIC_UNSPECIFIED;
    int wallet_no = 0;
  };
  struct Set {
    std::string code;
    bool draft = false;
    Side given;
    Side replayed;
  };
  struct Amounts {
    std::vector<TierAmount> given;
    std::vector<TierAmount> replayed;
  };
  struct Member {
    int64_t first_us = 0;
    std::vector<BoughtOrder> orders;              // where a tier set counts them
    absl::flat_hash_map<int, Amounts> by_wallet;  // of the wallets that one counts
  };
  struct Tally;

  Side SideOf(const ProgramRules& rules, TierVersions versions);
  TierHistory HistoryOf(const Side& side, const Member& member, int64_t join_us,
                        bool replayed) const;
  const members::v1::TierSet& HoldingAtEnd(const Side& side) const;
  void Count(const Set& set, const Member& member, int64_t join_us, Tally& tally) const;
  void Fill(const Set& set, const Tally& tally, members::v1::ReplayTierSet* out) const;

  const absl::TimeZone zone_;
  int64_t end_us_ = 0;
  std::vector<Set> sets_;
  bool counts_orders_ = false;
  absl::flat_hash_set<int> wallets_;
  absl::flat_hash_map<base::Uuid, Member> members_;
  size_t held_bytes_ = 0;
};

}  // namespace laurel::members
