// The handlers of CampaignService and the cache of a programme's rules, on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using handlers::ActivateCampaign;
using handlers::CreateCampaign;
using handlers::GetCampaign;
using handlers::ListCampaigns;
using handlers::PauseCampaign;
using ::testing::HasSubstr;

v1::CreateCampaignRequest NewCampaign(const World& world, const v1::Campaign& campaign) {
  v1::CreateCampaignRequest request;
  request.set_program_id(world.program_id());
  *request.mutable_campaign() = campaign;
  request.mutable_campaign()->set_display_name("Spring");
  return request;
}

template <typename Request>
Request For(const World& world, const v1::Campaign& campaign) {
  Request request;
  request.set_program_id(world.program_id());
  request.set_campaign_id(campaign.campaign_id());
  return request;
}

std::shared_ptr<const ProgramRules> Rules(World& world) {
  std::shared_ptr<const ProgramRules> rules;
  const absl::Status status =
      world.deps().pool.Read(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
        LAUREL_ASSIGN_OR_RETURN(rules, world.deps().campaigns.Current(tx, world.program()));
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return rules;
}

TEST(Campaign, Every_change_is_a_version_and_raises_that_of_the_rules) {
  World world;
  const int64_t version = world.RulesVersion();
  const auto made =
      Ask(CreateCampaign, world, world.AsStaff(), NewCampaign(world, PerAmount(1, 100)));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->campaign().state(), v1::CAMPAIGN_STATE_DRAFT);
  EXPECT_EQ(made->campaign().version(), 1);
  EXPECT_EQ(made->campaign().wallet_type(), "points");
  EXPECT_EQ(world.RulesVersion(), version + 1);
  EXPECT_TRUE(Rules(world)->campaigns.empty()) << "a draft earns nothing";

  world.clock().Advance(absl::Hours(1));
  const auto active = Ask(ActivateCampaign, world, world.AsStaff(),
                          For<v1::ActivateCampaignRequest>(world, made->campaign()));
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->campaign().version(), 2);
  EXPECT_EQ(base::FromTimestamp(active->campaign().update_time()), world.clock().Now());
  EXPECT_EQ(Rules(world)->campaigns.size(), 1u);

  const auto paused = Ask(PauseCampaign, world, world.AsStaff(),
                          For<v1::PauseCampaignRequest>(world, made->campaign()));
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->campaign().version(), 3);
  EXPECT_TRUE(Rules(world)->campaigns.empty());
  const auto got = Ask(GetCampaign, world, world.AsStaff(),
                       For<v1::GetCampaignRequest>(world, made->campaign()));
  EXPECT_EQ(got->campaign().SerializeAsString(), paused->campaign().SerializeAsString());

  const std::string id = base::ToString(*base::DecodeId("cmp", made->campaign().campaign_id()));
  EXPECT_EQ(
      world.Look("SELECT string_agg(version || ':' || state || ':' || principal, ' ' ORDER BY "
                 "version) FROM campaign_versions WHERE campaign_id = '" +
                 id + "'"),
      "1:1:staff:ann 2:2:staff:ann 3:3:staff:ann");
}

TEST(Campaign, Only_what_is_active_can_be_paused) {
  World world;
  const auto draft =
      *Ask(CreateCampaign, world, world.AsStaff(), NewCampaign(world, PerAmount(1, 100)));
  const auto pause = For<v1::PauseCampaignRequest>(world, draft.campaign());
  const absl::Status status = Ask(PauseCampaign, world, world.AsStaff(), pause).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_REASON(status, "CAMPAIGN_STATE");
  const auto activate = For<v1::ActivateCampaignRequest>(world, draft.campaign());
  ASSERT_TRUE(Ask(ActivateCampaign, world, world.AsStaff(), activate).ok());
  EXPECT_EQ(Ask(ActivateCampaign, world, world.AsStaff(), activate)->campaign().version(), 2)
      << "active already";
}

TEST(Campaign, A_request_id_changes_a_campaign_once) {
  World world;
  v1::CreateCampaignRequest request = NewCampaign(world, Fixed(5));
  request.set_request_id(world.NewRequestId());
  const auto first = *Ask(CreateCampaign, world, world.AsStaff(), request);
  EXPECT_EQ(Ask(CreateCampaign, world, world.AsStaff(), request)->SerializeAsString(),
            first.SerializeAsString());
  request.set_activate(true);
  EXPECT_REASON(Ask(CreateCampaign, world, world.AsStaff(), request).status(), "REQUEST_ID_REUSED");
}

TEST(Campaign, Another_programmes_is_not_found) {
  World world;
  World other;
  const v1::Campaign foreign = other.Activate(Fixed(5));
  const auto expect_none = [](const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_REASON(status, "CAMPAIGN_NOT_FOUND");
  };
  expect_none(Ask(GetCampaign, world, world.AsStaff(), For<v1::GetCampaignRequest>(world, foreign))
                  .status());
  expect_none(Ask(ActivateCampaign, world, world.AsStaff(),
                  For<v1::ActivateCampaignRequest>(world, foreign))
                  .status());
  expect_none(
      Ask(PauseCampaign, world, world.AsStaff(), For<v1::PauseCampaignRequest>(world, foreign))
          .status());
}

TEST(Campaign, What_is_wrong_is_named_with_its_path) {
  World world;
  const auto expect = [&](v1::Campaign campaign, const char* path) {
    const absl::Status status =
        Ask(CreateCampaign, world, world.AsStaff(), NewCampaign(world, campaign)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_REASON(status, "CAMPAIGN_INVALID");
    EXPECT_THAT(status::ToProto(status).DebugString(), HasSubstr(path));
  };
  expect({}, "pointsPerAmount");
  v1::Campaign campaign = Fixed(5);
  base::SetTimestamp(Noon(), campaign.mutable_start_time());
  base::SetTimestamp(Noon(), campaign.mutable_end_time());
  expect(campaign, "campaign.endTime");
  campaign = Fixed(5);
  campaign.set_wallet_type("gold");
  expect(campaign, "campaign.walletType");
  campaign = PerAmount(1, 100);
  campaign.mutable_points_per_amount()->set_include_delivery(true);
  campaign.mutable_lines()->add_excluded_skus("a");
  expect(campaign, "campaign.pointsPerAmount.includeDelivery");
  campaign = Times(20000);
  campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  expect(campaign, "campaign.stacking");
  campaign = Fixed(5);
  campaign.mutable_lines()->add_skus("a");
  campaign.mutable_lines()->add_skus("a");
  expect(campaign, "campaign.lines.skus[1]");
  EXPECT_EQ(world.RulesVersion(), 1) << "refused campaigns change nothing";
}

TEST(Campaign, Lists_are_paged_oldest_first) {
  World world;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(world.Activate(Fixed(1 + i)).campaign_id());
    world.clock().Advance(absl::Milliseconds(1));
  }
  v1::ListCampaignsRequest request;
  request.set_program_id(world.program_id());
  request.set_page_size(2);
  std::vector<std::string> seen;
  do {
    const auto page = Ask(ListCampaigns, world, world.AsStaff(), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& campaign : page->campaigns()) seen.push_back(campaign.campaign_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, ids);
  World other;
  const auto first = [&] {
    request.clear_page_token();
    return *Ask(ListCampaigns, world, world.AsStaff(), request);
  }();
  request.set_program_id(other.program_id());
  request.set_page_token(first.next_page_token());
  EXPECT_REASON(Ask(ListCampaigns, other, other.AsStaff(), request).status(), "PAGE_TOKEN_INVALID");
}

TEST(CampaignCache, Reads_again_only_when_the_version_has_moved) {
  World world;
  world.Activate(Fixed(1));
  const auto first = Rules(world);
  EXPECT_EQ(Rules(world), first);
  v1::Campaign high = Fixed(2);
  high.set_priority(7);
  world.Activate(high);
  const auto second = Rules(world);
  EXPECT_NE(second, first);
  ASSERT_EQ(second->campaigns.size(), 2u);
  EXPECT_EQ(second->campaigns[0].campaign.priority(), 7);
  EXPECT_EQ(second->currency_code, "EUR");
  EXPECT_EQ(second->wallet_types.size(), 1u);
  EXPECT_NE(second->FindWalletType(""), nullptr);
}

}  // namespace
}  // namespace laurel::members::testing
