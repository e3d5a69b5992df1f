// Past orders under other campaigns: what they would have earned, beside what they were given. What
// counts and what does not is said in replay.proto. Pure: one order after the other, in order of
// occur time, then of order id.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/arena.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/replay.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/replay_tiers.h"
#include "members-svc/domain/trial_rules.h"

namespace laurel::members {

// The campaigns of a replay as they are kept with it.
std::vector<NumberedCampaign> CampaignsOf(const members::v1::Replay& replay);
void KeepCampaigns(const TrialRules& rules, members::v1::Replay* replay);
// A programme's rules with the tier sets of a replay, drafts in the place of theirs: their benefits
// multiply what is replayed, each for the tier that its member was in when the order was recorded.
ProgramRules WithTierSetsOf(const members::v1::Replay& replay, ProgramRules rules);

class OrderReplay {
 public:
  // Under the rules of a trial. `replay` says what points cost; both outlive it.
  OrderReplay(const TrialRules& trial, const members::v1::Replay& replay);

  // The next order, as it is stored. OUT_OF_RANGE, POINTS_OVERFLOW when a sum cannot be counted;
  // INTERNAL when it does not parse.
  absl::Status Add(const base::Uuid& member_id, std::string_view content);
  // About how much memory is taken by what is counted: per member, counter and tier set.
  size_t HeldBytes() const;
  // Whose joining Finish wants to know, by id; nobody's where there is no tier set.
  std::vector<base::Uuid> MembersOfTiers() const { return tiers_.Members(); }
  // What came out, with its digest. Errors as of Add.
  absl::StatusOr<members::v1::ReplayResult> Finish(const JoinTimes& joined = {}) const;

 private:
  // Wallet numbers are 1 to 32.
  static constexpr size_t kWallets = 33;
  using Points = TriedPoints;
  struct CampaignSums {
    int64_t orders_given = 0;
    int64_t orders_replayed = 0;
    Points points;
    std::string tier;  // it is the benefit of this one; empty: it is a campaign
  };
  struct MonthSums {
    int64_t orders = 0;
    std::map<int, Points> wallets;
  };
  // Of one order, by wallet number.
  using ByWallet = std::array<Points, kWallets>;

  absl::Status TakeGiven(const members::v1::Order& order, ByWallet* points);
  // `order` is what campaigns read of `recorded`, moved out of it.
  absl::Status Evaluate(const members::v1::Order& recorded,
                        const members::v1::RecordOrderRequest& order, const base::Uuid& member_id,
                        ByWallet* points);
  CampaignSums& SumsOf(const base::Uuid& id, const members::v1::RuleResult& result);
  // Into the sums per wallet, member and month.
  absl::Status Sum(const base::Uuid& member_id, absl::Time occur, const ByWallet& points);
  absl::Status FillWallets(members::v1::ReplayResult* result) const;
  void FillMembers(int wallet_no, members::v1::ReplayWallet* out) const;
  void FillCampaigns(members::v1::ReplayResult* result) const;
  void FillMonths(members::v1::ReplayResult* result) const;
  int64_t ChangedMembers() const;

  const TrialRules& trial_;
  const members::v1::Replay& replay_;
  std::vector<WalletTypeRules> wallet_types_;  // without greatest balances
  std::vector<char> block_;                    // the arena's first
  google::protobuf::Arena arena_;              // of one order

  TierReplay tiers_;
  absl::flat_hash_map<CounterKey, LimitUse> counters_;
  int64_t orders_ = 0;
  int64_t changed_ = 0;
  int64_t refused_ = 0;
  ByWallet wallets_ = {};
  ByWallet over_caps_ = {};
  absl::flat_hash_map<base::Uuid, std::vector<std::pair<int, Points>>> members_;
  std::map<base::Uuid, CampaignSums> campaigns_;
  std::map<absl::CivilMonth, MonthSums> months_;
};

}  // namespace laurel::members
