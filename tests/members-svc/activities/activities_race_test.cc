// Many who record at once, from two processes: each activity and each occasion once, each limit
// exactly.
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "members-svc/ledger/occurrence.h"
#include "tests/members-svc/activities/fixture.h"

namespace laurel::members::testing {
namespace {

class ActivityRace : public ActivityTest {
 protected:
  ActivityRace() : other_(world_.database, world_.clock) {}

  Process& ProcessOf(int client) { return client % 2 == 0 ? *world_.process : other_; }

  // 64 clients at once; `record` with the client's number.
  static void AtOnce(const std::function<void(int)>& record) {
    std::vector<std::thread> clients;
    for (int i = 0; i < 64; ++i) clients.emplace_back([&record, i] { record(i); });
    for (std::thread& client : clients) client.join();
  }
  absl::StatusOr<v1::Activity> RecordBy(int client, const v1::RecordActivityRequest& request) {
    Process& process = ProcessOf(client);
    v1::RecordActivityResponse response;
    const absl::Status status =
        handlers::RecordActivity(process.deps, process.call, request, &response);
    if (!status.ok()) return status;
    return response.activity();
  }

  Process other_;
};

TEST_F(ActivityRace, OneKeyIsRecordedOnceAndEveryoneIsAnsweredTheSame) {
  ASSERT_TRUE(Create(Survey()).ok());
  Activate(50, "survey");
  const std::string ada = world_.Enrol("ada");
  for (int round = 0; round < 5; ++round) {
    std::mutex mutex;
    std::set<std::string> ids;
    AtOnce([&](int client) {
      auto request = Of(ada, "survey", {{"score", "9"}});
      request.set_key("survey-" + std::to_string(round));
      const auto activity = RecordBy(client, request);
      const std::lock_guard lock(mutex);
      ids.insert(activity.ok() ? activity->activity_id() : activity.status().ToString());
    });
    EXPECT_EQ(ids.size(), 1U) << *ids.rbegin();
  }
  EXPECT_EQ(Count("occurrences"), 5);
  EXPECT_EQ(Told().size(), 5U);
  EXPECT_EQ(world_.Balance(ada).active(), 250);
  EXPECT_TRUE(world_.Verify().valid()) << world_.Verify().DebugString();
}

TEST_F(ActivityRace, OneKeyThatEarnsNothingIsRecordedOnceToo) {
  ASSERT_TRUE(Create(Plain("review")).ok());
  const std::string ada = world_.Enrol("ada");
  AtOnce([&](int client) {
    auto request = Of(ada, "review");
    request.set_key("review-1");
    EXPECT_TRUE(RecordBy(client, request).ok());
  });
  EXPECT_EQ(Count("occurrences"), 1);
  EXPECT_EQ(Told().size(), 1U);
}

TEST_F(ActivityRace, ALimitLetsInAsManyAsItSays) {
  v1::ActivityType type = Plain("page_shared");
  type.mutable_member_limit()->set_max_activities(7);
  type.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_WEEK);
  ASSERT_TRUE(Create(type).ok());
  Activate(5, "page_shared");
  const std::string ada = world_.Enrol("ada");
  std::atomic<int> recorded = 0;
  std::atomic<int> refused = 0;
  AtOnce([&](int client) {
    const auto activity = RecordBy(client, Of(ada, "page_shared"));
    if (activity.ok()) ++recorded;
    if (status::ReasonOf(activity.status()) == "ACTIVITY_LIMIT_REACHED") ++refused;
  });
  EXPECT_EQ(recorded, 7);
  EXPECT_EQ(refused, 57);
  EXPECT_EQ(Count("occurrences"), 7);
  EXPECT_EQ(world_.Balance(ada).active(), 35);
}

TEST_F(ActivityRace, TheLastPointsOfACampaignForAllGoOutOnce) {
  ASSERT_TRUE(Create(Plain("app_opened")).ok());
  v1::Campaign limited;
  limited.mutable_total_limit()->set_max_points(105);
  Activate(10, "app_opened", {}, limited);
  std::vector<std::string> members;
  for (int i = 0; i < 16; ++i) members.push_back(world_.Enrol("m" + std::to_string(i)));
  std::atomic<int64_t> earned = 0;
  AtOnce([&](int client) {
    const auto activity =
        RecordBy(client, Of(members[static_cast<size_t>(client) % members.size()], "app_opened"));
    ASSERT_TRUE(activity.ok()) << activity.status();
    for (const auto& [type, points] : activity->points_earned()) earned += points;
  });
  EXPECT_EQ(earned, 105);
  EXPECT_EQ(Count("occurrences"), 64) << "all are recorded";
  EXPECT_TRUE(world_.Verify().valid()) << world_.Verify().DebugString();
}

TEST_F(ActivityRace, AnOccasionIsRecordedOnceWhateverBecomesOfTheRules) {
  const base::Uuid program = *base::DecodeId("prg", kProgram);
  const base::Uuid ada = *base::DecodeId("mem", world_.Enrol("ada"));
  const auto birthday = [&](int year) {
    return OccurrenceCommand(program, ada,
                             {.trigger_key = "birthday",
                              .ref = "birthday/" + std::to_string(year),
                              .occur_time = world_.clock.Now() - absl::Hours(24 * 60),
                              .historical = true});
  };
  const auto run = [&](int client, int year) {
    return ProcessOf(client).ledger.Run(birthday(year));
  };
  ASSERT_TRUE(run(0, 2025).ok());
  v1::CreateCampaignRequest request;
  request.set_program_id(kProgram);
  request.mutable_campaign()->set_display_name("birthday");
  request.mutable_campaign()->mutable_fixed_points()->set_points(100);
  request.mutable_campaign()->mutable_trigger()->mutable_birthday();
  request.set_activate(true);
  ASSERT_TRUE(Ask(handlers::CreateCampaign, request).ok());
  AtOnce([&](int client) {
    EXPECT_TRUE(run(client, 2025).ok());
    const auto outcome = run(client, 2026);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(std::get<v1::Activity>(*outcome).points_earned().at("points"), 100);
  });
  const std::string member = base::EncodeId("mem", ada);
  EXPECT_EQ(world_.Balance(member).active(), 100) << "that of 2025 had no campaign";
  EXPECT_EQ(Count("occurrences"), 2);
  const auto entries = world_.Entries(member);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].occurrence().ref(), "birthday/2026");
  EXPECT_TRUE(Told().empty()) << "it is no activity";
}

}  // namespace
}  // namespace laurel::members::testing
