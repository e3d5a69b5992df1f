// Which rewards a member's points buy, and which come next, in words: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "lib/words/words.h"
#include "rewards-svc/domain/reward.h"

namespace laurel::rewards {

// What a member may use now of one wallet, and what its points are called.
struct WalletPoints {
  std::string wallet_type;
  int64_t active = 0;  // below zero where the wallet is overdrawn
  words::PointsWords words;
};
struct MemberPoints {
  std::vector<std::string> languages;  // of the programme, the first one first
  std::vector<WalletPoints> wallets;
};

struct RewardWay {
  Reward reward;
  std::string text;
  int64_t missing = 0;  // 0: it can be redeemed now
  std::string missing_text;
};
struct RewardWays {
  std::vector<RewardWay> affordable;  // the cheapest first
  std::vector<RewardWay> next;        // the nearest first
};
inline constexpr size_t kMostAffordable = 100;
inline constexpr size_t kMostNext = 10;

// Of rewards that are redeemable at `now` and in stock. Ties stand in the order of `rewards`. One
// that costs points of a wallet that is not there is left out.
RewardWays WaysToUse(const std::vector<Reward>& rewards, const MemberPoints& points,
                     words::Language language, absl::Time now);

}  // namespace laurel::rewards
