#include "members-svc/domain/program_rules.h"

#include <algorithm>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

// Up to so many values a search from the front is no slower than a hash.
constexpr int kShortList = 8;

absl::flat_hash_set<std::string> SetOfLong(
    const google::protobuf::RepeatedPtrField<std::string>& list) {
  if (list.size() <= kShortList) return {};
  return {list.begin(), list.end()};
}

}  // namespace

CampaignRules MakeCampaignRules(v1::Campaign campaign, int wallet_no) {
  CampaignRules rules;
  const auto id = base::DecodeId("cmp", campaign.campaign_id());
  LAUREL_CHECK(id.has_value());
  rules.campaign_id = *id;
  rules.wallet_no = wallet_no;
  if (campaign.has_start_time()) rules.start = base::FromTimestamp(campaign.start_time());
  if (campaign.has_end_time()) rules.end = base::FromTimestamp(campaign.end_time());
  const v1::LineFilter& lines = campaign.lines();
  rules.sets = {.skus = SetOfLong(lines.skus()),
                .categories = SetOfLong(lines.categories()),
                .brands = SetOfLong(lines.brands()),
                .excluded_skus = SetOfLong(lines.excluded_skus()),
                .excluded_categories = SetOfLong(lines.excluded_categories())};
  rules.campaign = std::move(campaign);
  return rules;
}

void SortCampaigns(std::vector<CampaignRules>* campaigns) {
  std::sort(campaigns->begin(), campaigns->end(),
            [](const CampaignRules& a, const CampaignRules& b) {
              if (a.campaign.priority() != b.campaign.priority()) {
                return a.campaign.priority() > b.campaign.priority();
              }
              return a.campaign_id < b.campaign_id;
            });
}

const WalletTypeRules* ProgramRules::FindWalletType(std::string_view code) const {
  const std::string_view wanted = code.empty() ? kDefaultWalletType : code;
  for (const WalletTypeRules& type : wallet_types) {
    if (type.policy.code() == wanted) return &type;
  }
  return nullptr;
}

const WalletTypeRules* ProgramRules::WalletTypeByNumber(int wallet_no) const {
  for (const WalletTypeRules& type : wallet_types) {
    if (type.wallet_no == wallet_no) return &type;
  }
  return nullptr;
}

}  // namespace laurel::members
