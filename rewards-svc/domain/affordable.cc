#include "rewards-svc/domain/affordable.h"

#include <algorithm>
#include <utility>

namespace laurel::rewards {
namespace {

const WalletPoints* WalletOf(const MemberPoints& points, const std::string& code) {
  for (const WalletPoints& wallet : points.wallets) {
    if (wallet.wallet_type == code) return &wallet;
  }
  return nullptr;
}

void Keep(size_t most, std::vector<RewardWay>* ways) {
  if (ways->size() > most) ways->resize(most);
}

}  // namespace

RewardWays WaysToUse(const std::vector<Reward>& rewards, const MemberPoints& points,
                     words::Language language, absl::Time now) {
  RewardWays out;
  for (const Reward& reward : rewards) {
    const WalletPoints* wallet = WalletOf(points, reward.wallet_type);
    const bool in_stock = !reward.stock_limited || reward.stock > 0;
    if (wallet == nullptr || !in_stock || !CheckRedeemable(reward, now).ok()) continue;
    RewardWay way{.reward = reward,
                  .text = words::Say(language, {"{0}: {1}", "{0}: {1}"},
                                     {reward.display_name,
                                      words::Points(language, reward.price_points, wallet->words)}),
                  .missing = 0,
                  .missing_text = ""};
    if (reward.price_points <= wallet->active) {
      out.affordable.push_back(std::move(way));
      continue;
    }
    // An overdrawn wallet is filled first. Prices end at 10^12, overdrafts, too.
    way.missing = reward.price_points - wallet->active;
    way.missing_text = words::Say(language, {"{0} to go", "noch {0}"},
                                  {words::Points(language, way.missing, wallet->words)});
    out.next.push_back(std::move(way));
  }
  std::stable_sort(out.affordable.begin(), out.affordable.end(),
                   [](const RewardWay& a, const RewardWay& b) {
                     return a.reward.price_points < b.reward.price_points;
                   });
  std::stable_sort(out.next.begin(), out.next.end(),
                   [](const RewardWay& a, const RewardWay& b) { return a.missing < b.missing; });
  Keep(kMostAffordable, &out.affordable);
  Keep(kMostNext, &out.next);
  return out;
}

}  // namespace laurel::rewards
