// A programme with campaigns that run for occasions, and what members-svc does by itself.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/jobs/daily_occasions.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/post_occasions.h"
#include "members-svc/jobs/tier_worker.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

class OccasionTest : public ::testing::Test {
 protected:
  void MakeProgram(const std::string& zone = "UTC") {
    v1::CreateProgramRequest request;
    request.mutable_program()->set_program_id(kProgram);
    request.mutable_program()->set_display_name("Test");
    request.mutable_program()->set_currency_code("USD");
    request.mutable_program()->set_time_zone(zone);
    v1::CreateProgramResponse response;
    World::Check(handlers::CreateProgram(deps(), call(), request, &response));
  }
  const Deps& deps() { return world_.process->deps; }
  const server::Call& call() { return world_.process->call; }
  static base::Uuid Program() { return *base::DecodeId("prg", kProgram); }

  // A campaign that is active at once; its id.
  std::string Activate(v1::Campaign campaign) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    campaign.set_display_name("campaign");
    *request.mutable_campaign() = std::move(campaign);
    request.set_activate(true);
    v1::CreateCampaignResponse response;
    World::Check(handlers::CreateCampaign(deps(), call(), request, &response));
    return response.campaign().campaign_id();
  }
  std::string EnrolWith(const std::function<void(v1::EnrolMemberRequest&)>& fill = nullptr) {
    v1::EnrolMemberRequest request;
    request.set_program_id(kProgram);
    request.set_external_id(absl::StrCat("m-", ++members_));
    if (fill != nullptr) fill(request);
    v1::EnrolMemberResponse response;
    World::Check(handlers::EnrolMember(deps(), call(), request, &response));
    return response.member().member_id();
  }
  std::string EnrolBorn(int year, int month, int day) {
    return EnrolWith([&](v1::EnrolMemberRequest& request) {
      auto* born = request.mutable_profile()->mutable_birth_date();
      born->set_year(year);
      born->set_month(month);
      born->set_day(day);
    });
  }
  v1::Order Buy(const std::string& member) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(absl::StrCat("order-", ++orders_));
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("tea");
    line->set_quantity_thousandths(2000);
    line->set_amount_minor_units(1000);
    v1::RecordOrderResponse response;
    World::Check(world_.process->Call(handlers::RecordOrder, request, &response));
    return response.order();
  }

  // Everybody's, until there is nothing left to look at.
  void EvaluateTiers() {
    Process& process = *world_.process;
    TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers,
                       &process.campaigns});
    const std::atomic<bool> stopping = false;
    for (auto more = worker.Round(stopping);; more = worker.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }

  // How many the ledger has recorded.
  static int64_t Post(Process& process) {
    PostOccasions job({*process.pool, process.clock, process.ledger});
    const std::atomic<bool> stopping = false;
    const auto posted = job.Round(stopping);
    EXPECT_TRUE(posted.ok()) << posted.status();
    return posted.value_or(-1);
  }
  int64_t Post() { return Post(*world_.process); }
  int64_t PointsOf(const std::string& member) { return world_.BalanceOf(member).active(); }

  // The day's occasions of a member's bucket; how many were queued.
  static absl::StatusOr<int64_t> Queue(Process& process, const std::string& member, int first,
                                       int last) {
    std::shared_ptr<const ProgramRules> rules;
    LAUREL_RETURN_IF_ERROR(
        process.pool->Read(absl::Now() + absl::Seconds(10), [&](db::Tx& tx) -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(rules, process.campaigns.Current(tx, Program()));
          return absl::OkStatus();
        }));
    DailyOccasions occasions({*process.pool, process.clock, process.keys, process.index});
    return occasions.Queue(*rules, {first, last}, base::BucketOf(*base::DecodeId("mem", member)));
  }
  // The clock goes to noon of that day, whose occasions are then found and recorded.
  int64_t OnDay(const std::string& member, absl::CivilDay day) {
    GoTo(absl::CivilSecond(day) + 12 * 3600);
    const auto number = static_cast<int>(day - absl::CivilDay(1970, 1, 1));
    const auto queued = Queue(*world_.process, member, number, number);
    EXPECT_TRUE(queued.ok()) << queued.status();
    Post();
    return queued.value_or(-1);
  }
  void GoTo(absl::CivilSecond at) {
    world_.clock.Advance(absl::FromCivil(at, absl::UTCTimeZone()) - world_.clock.Now());
  }

  std::string Look(const std::string& sql) {
    const auto rows = world_.database.Admin(sql);
    return rows.empty() ? "(none)" : rows[0];
  }
  std::vector<events::v1::Event> Events() {
    std::vector<events::v1::Event> out;
    for (const std::string& row : world_.database.Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      out.insert(out.end(), batch.events().begin(), batch.events().end());
    }
    return out;
  }

  World world_;

 private:
  int members_ = 0;
  int orders_ = 0;
};

}  // namespace laurel::members::testing
