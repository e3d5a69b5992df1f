// What segments are for: campaigns that run for their members, and when one comes in.
#include <gmock/gmock.h>

#include "members-svc/jobs/post_occasions.h"
#include "tests/members-svc/segments/fixture.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using testing::SegmentTest;

class SegmentCampaignTest : public SegmentTest {
 protected:
  void Activate(v1::Campaign campaign) {
    auto request = Ask<v1::CreateCampaignRequest>();
    campaign.set_display_name("campaign");
    campaign.mutable_fixed_points()->set_points(100);
    *request.mutable_campaign() = std::move(campaign);
    request.set_activate(true);
    Get(handlers::CreateCampaign, request);
  }
  int64_t Post() {
    PostOccasions job({*world_.process->pool, world_.clock, world_.process->ledger});
    const std::atomic<bool> stopping = false;
    const auto posted = job.Round(stopping);
    EXPECT_TRUE(posted.ok()) << posted.status();
    return posted.value_or(-1);
  }
  int64_t PointsOf(const std::string& member) { return world_.BalanceOf(member).active(); }
};

TEST_F(SegmentCampaignTest, ComingInRunsACampaignOncePerEntry) {
  const std::string vip = CreateAndSweep("vip", Spent(10000));
  const std::string list = Create("list");
  v1::Campaign welcome, listed;
  welcome.mutable_trigger()->mutable_segment_entered()->set_segment_id(vip);
  listed.mutable_trigger()->mutable_segment_entered()->set_segment_id(list);
  welcome.mutable_member_limit()->set_max_orders(2);
  listed.mutable_member_limit()->set_max_points(1000);
  Activate(welcome);
  Activate(listed);
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 10000);
  RunWorker();
  RunWorker();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(ada), 100);
  GoTo(absl::CivilSecond(2026, 4, 9));
  RunDays();
  Buy(ada, 10000);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+vip", "-vip", "+vip"));
  Post();
  EXPECT_EQ(PointsOf(ada), 200) << "came in again";
  EXPECT_EQ(AddTo(list, {ada}), 1);
  EXPECT_EQ(AddTo(list, {ada}), 0);
  Post();
  EXPECT_EQ(PointsOf(ada), 300);
}

TEST_F(SegmentCampaignTest, ACampaignForASegmentEarnsWhileTheMemberIsInIt) {
  const std::string list = Create("list");
  v1::Campaign campaign;
  campaign.mutable_condition()->add_segments(list);
  Activate(campaign);
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 500);
  EXPECT_EQ(PointsOf(ada), 0);
  AddTo(list, {ada});
  Buy(ada, 500);
  EXPECT_EQ(PointsOf(ada), 100);
  TakeOut(list, {ada});
  Buy(ada, 500);
  EXPECT_EQ(PointsOf(ada), 100);
}

}  // namespace
}  // namespace laurel::members
