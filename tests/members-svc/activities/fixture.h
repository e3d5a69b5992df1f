// A programme with activities, and everybody who records them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

using Attributes = std::map<std::string, std::string>;

class ActivityTest : public ::testing::Test {
 protected:
  explicit ActivityTest(const std::vector<v1::WalletType>& wallets = {}) {
    world_.MakeProgram(wallets);
  }

  // The answer of a handler, or its error.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(absl::Status (*handler)(const Deps&, const server::Call&,
                                                       const Request&, Response*),
                               const Request& request, const server::Call* call = nullptr) {
    Response response;
    const absl::Status status = handler(
        world_.process->deps, call == nullptr ? world_.process->call : *call, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  static server::Call CallAs(laurel::api::v1::CallerKind kind, const std::string& subject,
                             laurel::api::v1::Role role) {
    server::Call call;
    call.caller.program_id = kProgram;
    call.caller.kind = kind;
    call.caller.subject = subject;
    call.caller.roles = {role};
    call.deadline = absl::InfiniteFuture();
    call.method = "Test";
    return call;
  }
  static server::Call AsMember(const std::string& member) {
    return CallAs(laurel::api::v1::CALLER_KIND_MEMBER, member, laurel::api::v1::ROLE_MEMBER);
  }
  static server::Call AsClient() {
    return CallAs(laurel::api::v1::CALLER_KIND_CLIENT, "cli_shop", laurel::api::v1::ROLE_CLIENT);
  }
  static server::Call AsAgent() {
    return CallAs(laurel::api::v1::CALLER_KIND_STAFF, "ann", laurel::api::v1::ROLE_AGENT);
  }

  // A survey with a score from 0 to 10.
  static v1::ActivityType Survey() {
    v1::ActivityType type;
    type.set_code("survey");
    type.set_display_name("Survey answered");
    auto& score = *type.add_attributes();
    score.set_name("score");
    score.set_type(v1::ActivityAttribute::TYPE_INTEGER);
    score.set_required(true);
    score.set_least(0);
    score.set_most(10);
    return type;
  }
  // Without attributes.
  static v1::ActivityType Plain(const std::string& code) {
    v1::ActivityType type;
    type.set_code(code);
    type.set_display_name(code);
    return type;
  }
  // Sensitive, with an upper and a lower value.
  static v1::ActivityType BloodPressure() {
    v1::ActivityType type = Plain("blood_pressure");
    type.set_sensitive(true);
    for (const char* name : {"systolic", "diastolic"}) {
      auto& value = *type.add_attributes();
      value.set_name(name);
      value.set_type(v1::ActivityAttribute::TYPE_INTEGER);
      value.set_required(true);
    }
    return type;
  }

  absl::StatusOr<v1::CreateActivityTypeResponse> Create(const v1::ActivityType& type) {
    v1::CreateActivityTypeRequest request;
    request.set_program_id(kProgram);
    *request.mutable_activity_type() = type;
    return Ask(handlers::CreateActivityType, request);
  }
  v1::Place CreatePlace(const std::string& code, const std::string& store = "") {
    v1::CreatePlaceRequest request;
    request.set_program_id(kProgram);
    request.mutable_place()->set_code(code);
    request.mutable_place()->set_display_name(code);
    request.mutable_place()->set_store(store);
    const auto made = Ask(handlers::CreatePlace, request);
    World::Check(made.status());
    return made->place();
  }

  // A campaign of fixed points for an activity; of everything else, `more` says it.
  v1::Campaign Activate(int64_t points, const std::string& type, const Attributes& attributes = {},
                        v1::Campaign more = {}) {
    more.set_display_name("campaign");
    more.mutable_fixed_points()->set_points(points);
    auto& trigger = *more.mutable_trigger()->mutable_activity();
    trigger.set_activity_type(type);
    for (const auto& [name, value] : attributes) (*trigger.mutable_attributes())[name] = value;
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    *request.mutable_campaign() = more;
    request.set_activate(true);
    const auto made = Ask(handlers::CreateCampaign, request);
    World::Check(made.status());
    return made->campaign();
  }

  // An activity of a member, with a request id of its own.
  v1::RecordActivityRequest Of(const std::string& member, const std::string& type,
                               const Attributes& attributes = {}) {
    v1::RecordActivityRequest request;
    request.set_program_id(kProgram);
    request.set_request_id(absl::StrCat("activity-", ++requests_));
    request.set_member_id(member);
    request.set_activity_type(type);
    for (const auto& [name, value] : attributes) (*request.mutable_attributes())[name] = value;
    return request;
  }
  absl::StatusOr<v1::Activity> Record(const v1::RecordActivityRequest& request,
                                      const server::Call* call = nullptr) {
    auto recorded = Ask(handlers::RecordActivity, request, call);
    if (!recorded.ok()) return recorded.status();
    return recorded->activity();
  }

  absl::StatusOr<v1::Consent> Grant(const std::string& member, const std::string& type) {
    v1::GrantConsentRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_activity_type(type);
    request.set_wording("terms of 2026");
    auto granted = Ask(handlers::GrantConsent, request);
    if (!granted.ok()) return granted.status();
    return granted->consent();
  }
  absl::StatusOr<v1::Consent> Withdraw(const std::string& member, const std::string& type) {
    v1::WithdrawConsentRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_activity_type(type);
    auto withdrawn = Ask(handlers::WithdrawConsent, request);
    if (!withdrawn.ok()) return withdrawn.status();
    return withdrawn->consent();
  }

  // Newest first.
  std::vector<v1::Activity> List(const std::string& member, const server::Call& call,
                                 const std::string& type = "") {
    v1::ListActivitiesRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_activity_type(type);
    const auto listed = Ask(handlers::ListActivities, request, &call);
    World::Check(listed.status());
    return {listed->activities().begin(), listed->activities().end()};
  }

  int64_t Count(const std::string& table) {
    return std::stoll(world_.database.Admin("SELECT count(*) FROM " + table)[0]);
  }
  // What moves when something is recorded: rows of every table that recording writes.
  std::vector<int64_t> Rows() {
    std::vector<int64_t> rows;
    for (const char* table : {"occurrences", "entries", "wallets", "campaign_counters", "outbox"}) {
      rows.push_back(Count(table));
    }
    return rows;
  }
  // The paths of what is wrong.
  static std::vector<std::string> PathsOf(const absl::Status& status) {
    google::rpc::BadRequest bad;
    std::vector<std::string> paths;
    const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
    if (!payload || !bad.ParseFromString(std::string(*payload))) return paths;
    for (const auto& violation : bad.field_violations()) paths.push_back(violation.field());
    return paths;
  }
  // The events ActivityRecorded in the outbox, as they were committed.
  std::vector<events::v1::Event> Told() {
    std::vector<events::v1::Event> out;
    for (const std::string& row : world_.database.Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      for (const events::v1::Event& event : batch.events()) {
        if (event.has_activity_recorded()) out.push_back(event);
      }
    }
    return out;
  }

  World world_;
  std::atomic<int> requests_ = 0;
};

#define EXPECT_REFUSED(result, expected) \
  EXPECT_EQ(laurel::status::ReasonOf((result).status()), expected) << (result).status()

}  // namespace laurel::members::testing
