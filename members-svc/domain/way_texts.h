// Campaigns, tiers and wallets in words for members, made from the rules that the engine runs by.
// Pure. A language is a column of the tables in the .cc files; words.h has what they are made of.
//
// Not told are campaigns that nobody can aim for: those that set an attribute, and those that run
// when a member comes into a segment, does nothing for a while or returns something.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/tier.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "laurel/members/v1/way.pb.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/words.h"

namespace laurel::members {

struct WayContext {
  Language language = Language::kEnglish;
  std::string currency_code;
  absl::TimeZone zone;  // the programme's
  std::vector<WalletTypeRules> wallet_types;
  // Names by tier set and tier, and by activity type; a code without a name is told as it is.
  absl::flat_hash_map<std::pair<std::string, std::string>, std::string> tier_names = {};
  absl::flat_hash_map<std::string, std::string> activity_names = {};

  // Of what campaigns and balances name; one that is gone is `points`.
  v1::WalletType WalletTypeOf(const std::string& code) const;
  std::string TierName(const std::string& tier_set, const std::string& tier) const;
};

bool IsTold(const v1::Campaign& campaign);
// What it does: "1 point per €1.00".
std::string EffectText(const v1::Campaign& campaign, const WayContext& context);
// What else is to know, a sentence each: conditions, what counts, limits, until when.
std::vector<std::string> TermsOf(const v1::Campaign& campaign, const WayContext& context);
// The sentences of a condition, one per part that must hold; condition_texts.cc.
std::vector<std::string> ConditionTexts(const v1::Condition& condition, const WayContext& context);
// What a line filter takes, and what it leaves out; empty: nothing is said.
struct FilterText {
  std::string takes;
  std::string leaves_out;
};
FilterText TextOf(const v1::LineFilter& filter, Language language);

// "A purchase of €100.00 would earn 100 points now."
std::string NowText(int64_t purchase_minor_units, int64_t points, const v1::WalletType& type,
                    const WayContext& context);
// "30 points left this month."
std::string LeftText(int64_t points, v1::EarningLimit::Period period, const v1::WalletType& type,
                     const WayContext& context);

// `counted` is the wallet type of a tier set that counts points.
v1::TierWay TierWayOf(const v1::MemberTier& tier, const v1::WalletType& counted,
                      const WayContext& context);
v1::UsingWay UsingWayOf(const v1::Balance& balance, const WayContext& context);

// An order that meets what a campaign asks of one, as far as one order can: the first of each list,
// 100 units of the currency or what a full step, card or sum needs. Ways try it.
v1::RecordOrderRequest ExampleOrder(const v1::Campaign& campaign, const std::string& currency_code);

}  // namespace laurel::members
