#include "cli/demo/rules.h"

#include <boost/json/object.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::demo {
namespace {

namespace json = boost::json;

// A kind of thing that staff makes: where it is, what lists and requests call it.
struct Kind {
  std::string path;
  std::string list_field;
  std::string request_field;
  std::string id_field;
};

const Kind kCampaigns{"/v1/campaigns", "campaigns", "campaign", "campaignId"};
const Kind kChallenges{"/v1/challenges", "challenges", "challenge", "challengeId"};
const Kind kReferralPrograms{"/v1/referralPrograms", "referralPrograms", "referralProgram",
                             "referralProgramId"};
const Kind kRewards{"/v1/rewards", "rewards", "reward", "rewardId"};

// The id of the oldest thing of that name; `wanted` is made where there is none.
absl::StatusOr<std::string> Ensure(Api& api, const Kind& kind, const std::string& slug,
                                   const json::object& wanted, json::object request = {}) {
  const std::string name = Text(wanted, "displayName");
  LAUREL_ASSIGN_OR_RETURN(const json::array all, api.ListAll(kStaff, kind.path, kind.list_field));
  for (const json::value& one : all) {
    if (Text(one, "displayName") == name) return Text(one, kind.id_field);
  }
  request[kind.request_field] = wanted;
  LAUREL_ASSIGN_OR_RETURN(const json::value made,
                          api.Post(kStaff, kind.path, request, "demo-1-" + slug));
  LAUREL_RETURN_IF_ERROR(Expect("the name of " + slug, Text(made, "displayName"), name));
  return Text(made, kind.id_field);
}

absl::Status EnsureCampaign(Api& api, const std::string& slug, const json::object& campaign,
                            Rules* rules) {
  LAUREL_ASSIGN_OR_RETURN(const std::string id,
                          Ensure(api, kCampaigns, slug, campaign, {{"activate", true}}));
  rules->campaigns[id] = Text(campaign, "displayName");
  return absl::OkStatus();
}

absl::Status EnsureCampaigns(Api& api, Rules* rules) {
  LAUREL_RETURN_IF_ERROR(
      EnsureCampaign(api, "campaign-amount",
                     {{"displayName", "1 point per 1.00"},
                      {"priority", 30},
                      {"pointsPerAmount", {{"points", "1"}, {"stepMinorUnits", "100"}}}},
                     rules));
  LAUREL_RETURN_IF_ERROR(
      EnsureCampaign(api, "campaign-organic",
                     {{"displayName", "5 points per organic item"},
                      {"priority", 20},
                      {"lines", {{"labels", json::array{{{"key", "organic"}, {"value", "yes"}}}}}},
                      {"pointsPerItem", {{"points", "5"}}}},
                     rules));
  return EnsureCampaign(api, "campaign-tea",
                        {{"displayName", "tea counts double"},
                         {"priority", 10},
                         {"lines", {{"categories", json::array{"tea"}}}},
                         {"multiplier", {{"factorBps", "20000"}}}},
                        rules);
}

absl::Status EnsureRewards(Api& api, Rules* rules) {
  LAUREL_ASSIGN_OR_RETURN(rules->coffee_id, Ensure(api, kRewards, "reward-coffee",
                                                   {{"displayName", "Coffee for two"},
                                                    {"pricePoints", "30"},
                                                    {"stockLimited", true},
                                                    {"stock", "10"}}));
  LAUREL_ASSIGN_OR_RETURN(rules->mug_id, Ensure(api, kRewards, "reward-mug",
                                                {{"displayName", "Travel mug"},
                                                 {"pricePoints", "50"},
                                                 {"stockLimited", true},
                                                 {"stock", "5"}}));
  LAUREL_ASSIGN_OR_RETURN(
      rules->journey_id, Ensure(api, kRewards, "reward-journey",
                                {{"displayName", "Weekend in Vienna"}, {"pricePoints", "100000"}}));
  return absl::OkStatus();
}

}  // namespace

absl::Status EnsureProgram(const std::shared_ptr<grpc::Channel>& members,
                           const std::string& program_id) {
  const auto stub = members::v1::ProgramService::NewStub(members);
  members::v1::CreateProgramRequest request;
  request.mutable_program()->set_program_id(program_id);
  request.mutable_program()->set_display_name("Corner shop");
  request.mutable_program()->set_currency_code("EUR");
  request.mutable_program()->set_time_zone("Europe/Vienna");
  members::v1::CreateProgramResponse response;
  const auto context = client::NewContext(client::Background(absl::Seconds(10)));
  return status::FromGrpc(stub->CreateProgram(context.get(), request, &response));
}

absl::StatusOr<Rules> EnsureRules(Api& api) {
  Rules rules;
  LAUREL_RETURN_IF_ERROR(EnsureCampaigns(api, &rules));
  LAUREL_ASSIGN_OR_RETURN(rules.challenge_id, Ensure(api, kChallenges, "challenge",
                                                     {{"displayName", "Three orders in 30 days"},
                                                      {"eventType", "EVENT_TYPE_ORDER_RECORDED"},
                                                      {"measure", "MEASURE_COUNT"},
                                                      {"target", "3"},
                                                      {"windowDays", 30},
                                                      {"badge", "regular"},
                                                      {"points", "25"}}));
  LAUREL_ASSIGN_OR_RETURN(rules.referral_program_id,
                          Ensure(api, kReferralPrograms, "referral-program",
                                 {{"displayName", "Bring a friend"},
                                  {"qualification", {{"minOrderMinorUnits", "1000"}}},
                                  {"referrerPoints", "40"},
                                  {"refereePoints", "20"}}));
  LAUREL_RETURN_IF_ERROR(EnsureRewards(api, &rules));
  return rules;
}

}  // namespace laurel::demo
