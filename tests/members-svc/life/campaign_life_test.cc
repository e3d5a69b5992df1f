// The handlers of CampaignLifeService and ProgramSettingsService on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LifeWorld : public TrialWorld {
 public:
  server::Call As(const std::string& person) const {
    server::Call call = AsStaff();
    call.caller.subject = person;
    return call;
  }
  v1::Campaign Draft(v1::Campaign campaign) {
    v1::CreateCampaignRequest request;
    request.set_program_id(program_id());
    campaign.set_display_name("Spring");
    *request.mutable_campaign() = std::move(campaign);
    const auto made = Ask(handlers::CreateCampaign, *this, AsStaff(), request);
    EXPECT_TRUE(made.ok()) << made.status();
    return made->campaign();
  }
  // A command that names nothing but the campaign, by `person`.
  template <typename Request, typename Response>
  absl::StatusOr<v1::Campaign> Do(absl::Status (*handler)(const Deps&, const server::Call&,
                                                          const Request&, Response*),
                                  const v1::Campaign& campaign, const std::string& person = "ann") {
    Request request;
    request.set_program_id(program_id());
    request.set_campaign_id(campaign.campaign_id());
    if constexpr (requires { request.set_etag(""); }) request.set_etag(campaign.etag());
    const auto done = Ask(handler, *this, As(person), request);
    if (!done.ok()) return done.status();
    return done->campaign();
  }
  absl::StatusOr<v1::Campaign> Update(const v1::Campaign& campaign, const std::string& etag,
                                      const std::string& person = "ann") {
    v1::UpdateCampaignRequest request;
    request.set_program_id(program_id());
    request.set_campaign_id(campaign.campaign_id());
    *request.mutable_campaign() = campaign;
    request.set_etag(etag);
    const auto done = Ask(handlers::UpdateCampaign, *this, As(person), request);
    if (!done.ok()) return done.status();
    return done->campaign();
  }
  v1::Campaign Get(const v1::Campaign& campaign, int32_t version = 0) {
    v1::GetCampaignRequest request;
    request.set_program_id(program_id());
    request.set_campaign_id(campaign.campaign_id());
    request.set_version(version);
    const auto got = Ask(handlers::GetCampaign, *this, AsStaff(), request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? got->campaign() : v1::Campaign();
  }
  v1::ListCampaignVersionsResponse Versions(const v1::Campaign& campaign, int32_t size = 0,
                                            const std::string& token = "") {
    v1::ListCampaignVersionsRequest request;
    request.set_program_id(program_id());
    request.set_campaign_id(campaign.campaign_id());
    request.set_page_size(size);
    request.set_page_token(token);
    return *Ask(handlers::ListCampaignVersions, *this, AsStaff(), request);
  }
  // What an order of 10.00 earns now.
  int64_t Earned(const std::string& member) {
    v1::RecordOrderRequest order = OrderOf({Line("a", 1000)});
    order.set_member_id(member);
    base::SetTimestamp(clock().Now(), order.mutable_occur_time());
    const auto recorded = Record(order);
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    if (!recorded.ok()) return -1;
    const auto points = recorded->points_earned().find("points");
    return points == recorded->points_earned().end() ? 0 : points->second;
  }
};

TEST(CampaignLife, A_change_is_a_version_that_entries_name_and_that_can_be_read) {
  LifeWorld world;
  const std::string member = world.Enrol("m").member_id();
  const v1::Campaign first = world.Activate(Fixed(5));
  EXPECT_EQ(first.etag(), "v1");
  EXPECT_EQ(world.Earned(member), 5);
  v1::Campaign change = first;
  change.mutable_fixed_points()->set_points(7);
  const auto second = world.Update(change, "v1", "bob");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->version(), 2);
  EXPECT_EQ(second->etag(), "v2");
  EXPECT_EQ(second->live_version(), 2);
  EXPECT_EQ(second->state(), v1::CAMPAIGN_STATE_ACTIVE);
  EXPECT_EQ(base::FromTimestamp(second->create_time()), base::FromTimestamp(first.create_time()));
  v1::RecordOrderRequest order = OrderOf({Line("a", 1000)});
  order.set_member_id(member);
  const auto recorded = world.Record(order);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->rule_results(0).campaign_version(), 2);
  EXPECT_EQ(recorded->rule_results(0).points(), 7);
  EXPECT_EQ(world.Get(first, 1).fixed_points().points(), 5);
  EXPECT_EQ(world.Get(first).fixed_points().points(), 7);

  const auto paused = world.Do(handlers::PauseCampaign, *second, "cy");
  ASSERT_TRUE(paused.ok()) << paused.status();
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = world.Versions(first, 2, token);
    for (const auto& version : page.versions()) {
      seen.push_back(version.campaign().etag() + " " + version.actor());
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, ElementsAre("v3 staff:cy", "v2 staff:bob", "v1 staff:ann"));
}

TEST(CampaignLife, A_change_of_what_is_no_longer_so_is_refused) {
  LifeWorld world;
  const v1::Campaign draft = world.Draft(Fixed(5));
  ASSERT_TRUE(world.Update(draft, draft.etag()).ok());
  const absl::Status stale = world.Update(draft, draft.etag(), "bob").status();
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_REASON(stale, "CAMPAIGN_CHANGED");
  EXPECT_THAT(status::ToProto(stale).DebugString(), HasSubstr("v2"));
  EXPECT_EQ(world.Get(draft).version(), 2);
  v1::Campaign wrong = Fixed(5);
  wrong.set_display_name("Spring");
  wrong.set_campaign_id(draft.campaign_id());
  wrong.set_wallet_type("gold");
  EXPECT_REASON(world.Update(wrong, "v2").status(), "CAMPAIGN_INVALID");
  EXPECT_EQ(world.Get(draft).version(), 2) << "nothing is written";
}

TEST(CampaignLife, Of_two_who_change_it_at_once_one_is_refused) {
  LifeWorld world;
  const v1::Campaign draft = world.Draft(Fixed(5));
  for (int round = 0; round < 10; ++round) {
    const v1::Campaign base = world.Get(draft);
    std::vector<absl::Status> results(2);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        v1::Campaign change = base;
        change.mutable_fixed_points()->set_points(100 * (round + 1) + static_cast<int64_t>(i));
        results[i] = world.Update(change, base.etag(), i == 0 ? "ann" : "bob").status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_NE(results[0].ok(), results[1].ok()) << results[0] << " and " << results[1];
    const size_t winner = results[0].ok() ? 0 : 1;
    EXPECT_REASON(results[1 - winner], "CAMPAIGN_CHANGED");
    const v1::Campaign now = world.Get(draft);
    EXPECT_EQ(now.version(), base.version() + 1);
    EXPECT_EQ(now.fixed_points().points(), 100 * (round + 1) + static_cast<int64_t>(winner));
  }
}

TEST(CampaignLife, A_request_id_changes_it_once) {
  LifeWorld world;
  const v1::Campaign draft = world.Draft(Fixed(5));
  v1::UpdateCampaignRequest request;
  request.set_program_id(world.program_id());
  request.set_request_id(world.NewRequestId());
  request.set_campaign_id(draft.campaign_id());
  *request.mutable_campaign() = draft;
  request.set_etag(draft.etag());
  const auto first = Ask(handlers::UpdateCampaign, world, world.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Ask(handlers::UpdateCampaign, world, world.AsStaff(), request);
  ASSERT_TRUE(again.ok()) << "the answer to the same request, though the etag has moved on";
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(world.Get(draft).version(), 2);
  request.mutable_campaign()->mutable_fixed_points()->set_points(6);
  EXPECT_REASON(Ask(handlers::UpdateCampaign, world, world.AsStaff(), request).status(),
                "REQUEST_ID_REUSED");
}

TEST(CampaignLife, A_scheduled_campaign_begins_and_ends_by_the_clock) {
  LifeWorld world;
  const std::string member = world.Enrol("m").member_id();
  const v1::Campaign draft = world.Draft(Fixed(5));
  v1::ScheduleCampaignRequest request;
  request.set_program_id(world.program_id());
  request.set_campaign_id(draft.campaign_id());
  base::SetTimestamp(world.clock().Now(), request.mutable_start_time());
  EXPECT_REASON(Ask(handlers::ScheduleCampaign, world, world.AsStaff(), request).status(),
                "CAMPAIGN_INVALID");
  base::SetTimestamp(world.clock().Now() + absl::Hours(1), request.mutable_start_time());
  base::SetTimestamp(world.clock().Now() + absl::Hours(3), request.mutable_end_time());
  const auto scheduled = Ask(handlers::ScheduleCampaign, world, world.AsStaff(), request);
  ASSERT_TRUE(scheduled.ok()) << scheduled.status();
  EXPECT_EQ(scheduled->campaign().state(), v1::CAMPAIGN_STATE_SCHEDULED);
  EXPECT_EQ(world.Earned(member), 0);
  world.clock().Advance(absl::Hours(1));
  EXPECT_EQ(world.Get(draft).state(), v1::CAMPAIGN_STATE_ACTIVE);
  EXPECT_EQ(world.Earned(member), 5);
  world.clock().Advance(absl::Hours(2));
  EXPECT_EQ(world.Get(draft).state(), v1::CAMPAIGN_STATE_ENDED);
  EXPECT_EQ(world.Earned(member), 0);
  EXPECT_EQ(world.Get(draft).version(), 2) << "time makes no version";
  EXPECT_REASON(world.Do(handlers::ActivateCampaign, draft).status(), "CAMPAIGN_STATE");
}

TEST(CampaignLife, What_was_ended_by_hand_earns_only_for_what_was_before) {
  LifeWorld world;
  const std::string member = world.Enrol("m").member_id();
  const v1::Campaign campaign = world.Activate(Fixed(5));
  const absl::Time before = world.clock().Now();
  world.clock().Advance(absl::Hours(1));
  const auto ended = world.Do(handlers::EndCampaign, campaign);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state(), v1::CAMPAIGN_STATE_ENDED);
  EXPECT_EQ(ended->version(), 2);
  EXPECT_EQ(world.Earned(member), 0);
  v1::RecordOrderRequest late = OrderOf({Line("a", 1000)});
  late.set_member_id(member);
  base::SetTimestamp(before, late.mutable_occur_time());
  EXPECT_EQ(world.Record(late)->points_earned().at("points"), 5);
  EXPECT_EQ(world.Do(handlers::EndCampaign, campaign)->version(), 2) << "it has ended already";
  EXPECT_REASON(world.Do(handlers::PauseCampaign, campaign).status(), "CAMPAIGN_STATE");
  EXPECT_REASON(world.Update(*ended, ended->etag()).status(), "CAMPAIGN_STATE");
}

TEST(CampaignApproval, A_second_person_lets_it_earn_and_the_same_one_does_not) {
  LifeWorld world;
  const std::string member = world.Enrol("m").member_id();
  world.WantApproval();
  const v1::Campaign draft = world.Draft(Fixed(5));
  EXPECT_REASON(world.Do(handlers::ActivateCampaign, draft, "bob").status(), "APPROVAL_REQUIRED");
  EXPECT_REASON(world.Do(handlers::ApproveCampaign, draft, "ann").status(),
                "SECOND_PERSON_REQUIRED");
  const auto approved = world.Do(handlers::ApproveCampaign, draft, "bob");
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->approver(), "staff:bob");
  EXPECT_REASON(world.Do(handlers::ApproveCampaign, draft, "eve").status(), "CAMPAIGN_CHANGED")
      << "nobody approves what they have not seen";
  const auto active = world.Do(handlers::ActivateCampaign, *approved);
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(world.Earned(member), 5);

  // A change waits; what is approved goes on, and entries name it.
  v1::Campaign change = *active;
  change.mutable_fixed_points()->set_points(500);
  const auto waiting = world.Update(change, active->etag(), "bob");
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  EXPECT_EQ(waiting->live_version(), active->version());
  EXPECT_EQ(world.Earned(member), 5);
  EXPECT_REASON(world.Do(handlers::ApproveCampaign, *waiting, "bob").status(),
                "SECOND_PERSON_REQUIRED");
  const auto live = world.Do(handlers::ApproveCampaign, *waiting, "ann");
  ASSERT_TRUE(live.ok()) << live.status();
  EXPECT_EQ(world.Earned(member), 500);
  EXPECT_EQ(
      world.Look("SELECT string_agg(version || ':' || author || ':' || approver, ' ' ORDER BY "
                 "version) FROM campaign_approvals WHERE campaign_id = '" +
                 base::ToString(*base::DecodeId("cmp", draft.campaign_id())) + "'"),
      "1:staff:ann:staff:bob 4:staff:bob:staff:ann");
  // Stopping needs nobody else.
  EXPECT_TRUE(world.Do(handlers::PauseCampaign, *live, "eve").ok());
}

TEST(CampaignApproval, Of_two_who_approve_at_once_one_is_kept) {
  LifeWorld world;
  world.WantApproval();
  for (int round = 0; round < 5; ++round) {
    const v1::Campaign draft = world.Draft(Fixed(5));
    std::vector<absl::Status> results(2);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        results[i] = world.Do(handlers::ApproveCampaign, draft, i == 0 ? "bob" : "cy").status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_NE(results[0].ok(), results[1].ok()) << results[0] << " and " << results[1];
    EXPECT_REASON(results[results[0].ok() ? 1 : 0], "CAMPAIGN_CHANGED");
    EXPECT_EQ(world.Get(draft).approver(), results[0].ok() ? "staff:bob" : "staff:cy");
  }
}

TEST(CampaignLife, Validation_names_everything_and_writes_nothing) {
  LifeWorld world;
  const v1::Campaign active = world.Activate(Fixed(5));
  const auto before = world.Everything();
  const auto fields = [&](v1::Campaign campaign) {
    v1::ValidateCampaignRequest request;
    request.set_program_id(world.program_id());
    campaign.set_display_name("Spring");
    *request.mutable_campaign() = std::move(campaign);
    const auto answer = Ask(handlers::ValidateCampaign, world, world.AsStaff(), request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> out;
    for (const auto& violation : answer->violations()) out.push_back(violation.field());
    return out;
  };
  EXPECT_THAT(fields(Fixed(5)), ElementsAre());
  v1::Campaign wrong = PerAmount(1, 100);
  wrong.set_wallet_type("gold");
  wrong.mutable_points_per_amount()->set_rounding(v1::ROUNDING_UP);
  wrong.mutable_goal()->set_metric(v1::GOAL_METRIC_ORDERS);
  EXPECT_THAT(fields(wrong), ElementsAre("campaign.walletType", "campaign.pointsPerAmount.rounding",
                                         "campaign.goal", "campaign.goal"));
  v1::Campaign other = PerAmount(1, 100);
  other.set_campaign_id(active.campaign_id());
  EXPECT_THAT(fields(other), ElementsAre("campaign")) << "as UpdateCampaign would";
  EXPECT_EQ(world.Everything(), before);
}

TEST(ProgramSettings, What_is_given_changes_from_the_next_command_on) {
  LifeWorld world;
  const int64_t rules = world.RulesVersion();
  const auto changed = world.Settings([](v1::UpdateProgramRequest* request) {
    request->set_display_name("Renamed");
    request->set_attach_window_days(7);
    request->mutable_order_matching()->add_kinds(v1::MATCH_KIND_CARD);
    request->mutable_languages()->add_codes("de");
    request->mutable_languages()->add_codes("en");
  });
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->etag(), "v2");
  EXPECT_EQ(changed->display_name(), "Renamed");
  EXPECT_EQ(changed->currency_code(), "EUR");
  EXPECT_EQ(world.RulesVersion(), rules + 1) << "caches read them again";
  const auto again =
      world.Settings([](auto* request) { request->set_return_mode(v1::RETURN_MODE_PROPORTIONAL); });
  EXPECT_EQ(again->attach_window_days(), 7) << "what is absent stays";
  EXPECT_THAT(again->languages(), ElementsAre("de", "en"));
  EXPECT_EQ(again->order_matching_size(), 1);
  EXPECT_EQ(world.Look("SELECT string_agg(version || ':' || principal, ' ' ORDER BY version) FROM "
                       "program_changes WHERE program_id = '" +
                       base::ToString(world.program()) + "'"),
            "2:staff:ann 3:staff:ann");
}

TEST(ProgramSettings, A_stale_or_wrong_change_is_refused_with_its_path) {
  LifeWorld world;
  const absl::Status stale =
      world.Settings([](auto* request) { request->set_attach_window_days(7); }, "v9").status();
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_REASON(stale, "PROGRAM_CHANGED");
  const absl::Status wrong =
      world
          .Settings([](v1::UpdateProgramRequest* request) {
            request->set_display_name("");
            request->mutable_languages()->add_codes("en");
            request->mutable_languages()->add_codes("tlh");
            request->mutable_order_matching()->add_kinds(v1::MATCH_KIND_CARD);
            request->mutable_order_matching()->add_kinds(v1::MATCH_KIND_CARD);
          })
          .status();
  EXPECT_REASON(wrong, "PROGRAM_INVALID");
  const std::string text = status::ToProto(wrong).DebugString();
  EXPECT_THAT(text, HasSubstr("program.displayName"));
  EXPECT_THAT(text, HasSubstr("program.languages[1]"));
  EXPECT_THAT(text, HasSubstr("program.orderMatching[1]"));
  EXPECT_EQ(world.Look("SELECT settings_version FROM programs WHERE program_id = '" +
                       base::ToString(world.program()) + "'"),
            "1");
}

}  // namespace
}  // namespace laurel::members::testing
