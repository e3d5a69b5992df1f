#include "tests/gamification-svc/rig.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/statements.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::gamification {
namespace {

testing::TestDatabase& Shared() {
  static testing::TestDatabase database("gamification", Statements(), Migrations());
  return database;
}

}  // namespace

Rig::Rig()
    : ConsumerRig(Shared(), "gamification", "challenges, challenge_progress, badges, scores"),
      deps_{.clock = clock,
            .ids = ids,
            .pool = pool,
            .relay = relay,
            .consumer = consumer,
            .payer = payer} {}

absl::StatusOr<v1::Challenge> Rig::Create(const v1::Challenge& challenge) {
  v1::CreateChallengeRequest request;
  request.set_program_id(program_id);
  *request.mutable_challenge() = challenge;
  v1::CreateChallengeResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::CreateChallenge(deps_, AsOperator(), request, &response));
  return response.challenge();
}

v1::Challenge Rig::Make(const v1::Challenge& challenge) {
  const auto made = Create(challenge);
  EXPECT_TRUE(made.ok()) << made.status();
  return *made;
}

absl::Status Rig::Deliver(const events::v1::DeliverRequest& request) {
  events::v1::DeliverResponse response;
  return handlers::Deliver(deps_, AsOperator(), request, &response);
}

events::v1::Event Rig::Points(const std::string& member_id, int64_t amount,
                              const std::string& wallet_type) {
  events::v1::Event event = Points(member_id, amount, clock.Now());
  event.mutable_points_earned()->set_wallet_type(wallet_type);
  return event;
}

events::v1::Event Rig::Points(const std::string& member_id, int64_t amount, absl::Time occur_time) {
  events::v1::Event event = Event(member_id);
  events::v1::PointsEarned& earned = *event.mutable_points_earned();
  earned.set_wallet_type("points");
  earned.set_amount(amount);
  base::SetTimestamp(occur_time, earned.mutable_occur_time());
  return event;
}

std::vector<v1::ChallengeProgress> Rig::Progress(const std::string& member_id) {
  v1::ListChallengeProgressRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  v1::ListChallengeProgressResponse response;
  const absl::Status status =
      handlers::ListChallengeProgress(deps_, AsOperator(), request, &response);
  EXPECT_TRUE(status.ok()) << status;
  return {response.challenge_progress().begin(), response.challenge_progress().end()};
}

v1::ChallengeProgress Rig::OnlyProgress(const std::string& member_id) {
  const auto all = Progress(member_id);
  EXPECT_EQ(all.size(), 1U);
  return all.at(0);
}

std::vector<v1::Badge> Rig::Badges(const std::string& member_id, int page_size) {
  std::vector<v1::Badge> all;
  v1::ListBadgesRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  request.set_page_size(page_size);
  do {
    v1::ListBadgesResponse response;
    const absl::Status status = handlers::ListBadges(deps_, AsOperator(), request, &response);
    EXPECT_TRUE(status.ok()) << status;
    all.insert(all.end(), response.badges().begin(), response.badges().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::Standing> Rig::Rank(const std::string& member_id) {
  v1::GetRankRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  v1::GetRankResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::GetRank(deps_, AsOperator(), request, &response));
  return response.standing();
}

std::vector<v1::Standing> Rig::Leaders(int page_size, const server::Call& call) {
  std::vector<v1::Standing> all;
  v1::ListLeadersRequest request;
  request.set_program_id(program_id);
  request.set_page_size(page_size);
  do {
    v1::ListLeadersResponse response;
    const absl::Status status = handlers::ListLeaders(deps_, call, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_LE(response.standings_size(), page_size);
    all.insert(all.end(), response.standings().begin(), response.standings().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

v1::Challenge ThreeOrdersIn30Days() {
  v1::Challenge challenge;
  challenge.set_display_name("Three orders in 30 days");
  challenge.set_event_type(v1::EVENT_TYPE_ORDER_RECORDED);
  challenge.set_measure(v1::MEASURE_COUNT);
  challenge.set_target(3);
  challenge.set_window_days(30);
  challenge.set_badge("regular");
  challenge.set_points(100);
  return challenge;
}

v1::Challenge FiftyOfDairyIn10Days() {
  v1::Challenge challenge;
  challenge.set_display_name("50 of dairy");
  challenge.set_event_type(v1::EVENT_TYPE_ORDER_RECORDED);
  challenge.mutable_filter()->add_categories("dairy");
  challenge.set_measure(v1::MEASURE_SUM_AMOUNT);
  challenge.set_target(5000);
  challenge.set_window_days(10);
  challenge.set_badge("milky");
  challenge.set_points(20);
  return challenge;
}

v1::Challenge FourTimesPoints() {
  v1::Challenge challenge;
  challenge.set_display_name("Four times points");
  challenge.set_event_type(v1::EVENT_TYPE_POINTS_EARNED);
  challenge.mutable_filter()->set_min_amount(5);
  challenge.set_target(4);
  challenge.set_badge("earner");
  return challenge;
}

v1::Challenge SixMugs() {
  v1::Challenge challenge;
  challenge.set_display_name("Six mugs");
  challenge.set_event_type(v1::EVENT_TYPE_ORDER_RECORDED);
  challenge.mutable_filter()->add_skus("mug");
  challenge.set_measure(v1::MEASURE_SUM_QUANTITY);
  challenge.set_target(6000);
  challenge.set_points(7);
  return challenge;
}

void AddLine(events::v1::Event& event, const std::string& sku, const std::string& category,
             int64_t quantity_thousandths, int64_t amount) {
  events::v1::OrderRecorded& order = *event.mutable_order_recorded();
  events::v1::OrderedLine& line = *order.add_lines();
  line.set_sku(sku);
  line.set_category(category);
  line.set_quantity_thousandths(quantity_thousandths);
  line.set_amount_minor_units(amount);
  order.set_total_minor_units(order.total_minor_units() + amount);
}

std::string EndState(Rig& rig, const std::vector<std::string>& members) {
  std::string out;
  for (const auto& member : members) {
    for (const auto& progress : rig.Progress(member)) {
      out += std::to_string(progress.value()) + (progress.has_complete_time() ? "!" : "") +
             (progress.paid() ? "p " : " ");
    }
    std::vector<std::string> badges;
    for (const auto& badge : rig.Badges(member)) badges.push_back(badge.code());
    std::sort(badges.begin(), badges.end());
    for (const auto& badge : badges) out += badge + " ";
    const auto rank = rig.Rank(member);
    out += rank.ok() ? std::to_string(rank->rank()) + "/" + std::to_string(rank->score()) : "-";
    out += " " + std::to_string(rig.members.Balance(member)) + "\n";
  }
  return out;
}

}  // namespace laurel::gamification
