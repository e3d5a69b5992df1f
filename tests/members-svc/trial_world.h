// A programme in which campaigns are tried: two wallet types with caps, members, orders recorded
// one after the other.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "lib/status/error.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/trial_handlers.h"
#include "tests/members-svc/random_campaigns.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {

class TrialWorld : public World {
 public:
  // `miles`, with caps that random orders reach: of each member per day and of all per month.
  // `max_balance`: of miles; 0: none.
  void AddMiles(int64_t max_balance = 0) {
    v1::CreateWalletTypeRequest request;
    request.set_program_id(program_id());
    v1::WalletType& type = *request.mutable_wallet_type();
    type.set_code("miles");
    type.set_singular("mile");
    type.set_plural("miles");
    type.set_max_balance(max_balance);
    if (max_balance > 0) type.set_max_balance_effect(v1::CAP_EFFECT_TRIM);
    AddCap(v1::EarningLimit::PERIOD_DAY, 150, v1::CAP_SCOPE_PER_MEMBER, &type);
    AddCap(v1::EarningLimit::PERIOD_MONTH, 6000, v1::CAP_SCOPE_ALL_MEMBERS, &type);
    const auto made = Ask(handlers::CreateWalletType, *this, AsStaff(), request);
    ASSERT_TRUE(made.ok()) << made.status();
  }

  // Changes settings of the programme, as it stands or, with an etag, as it stood then.
  absl::StatusOr<v1::Program> Settings(const std::function<void(v1::UpdateProgramRequest*)>& change,
                                       const std::string& etag = "") {
    v1::GetProgramRequest get;
    get.set_program_id(program_id());
    v1::UpdateProgramRequest request;
    request.set_program_id(program_id());
    request.set_etag(
        etag.empty() ? Ask(handlers::GetProgram, *this, AsStaff(), get)->program().etag() : etag);
    change(&request);
    const auto done = Ask(handlers::UpdateProgram, *this, AsStaff(), request);
    if (!done.ok()) return done.status();
    return done->program();
  }
  void WantApproval() {
    ASSERT_TRUE(Settings([](auto* request) { request->set_campaigns_need_approval(true); }).ok());
  }

  void EnrolMembers(int count) {
    for (int i = 0; i < count; ++i) {
      members_.push_back(Enrol("m" + std::to_string(i)).member_id());
    }
  }
  const std::vector<std::string>& members() const { return members_; }

  // Random campaigns in both wallet types, some limited; all active.
  void ActivateRandom(Dice& dice, int count) {
    for (int i = 0; i < count; ++i) Activate(RandomCampaign(dice));
  }
  // One that can be saved.
  static v1::Campaign RandomCampaign(Dice& dice) {
    std::vector<WalletTypeRules> types(2);
    types[0].policy.set_code("points");
    types[1].policy.set_code("miles");
    const CampaignReferences none;
    for (;;) {
      v1::Campaign campaign = AnyCampaign(dice);
      Normalise(&campaign);
      campaign.set_display_name("random");
      const SavedAt at{.now = Noon(), .time_zone = absl::UTCTimeZone(), .known = &none};
      if (ValidateCampaign(campaign, types, at).ok()) return campaign;
    }
  }

  absl::StatusOr<v1::Order> Record(v1::RecordOrderRequest order) {
    order.set_program_id(program_id());
    order.set_request_id(NewRequestId());
    v1::RecordOrderResponse response;
    std::promise<absl::Status> answered;
    handlers::RecordOrder(deps(), AsClient(), order, &response,
                          [&](absl::Status status) { answered.set_value(std::move(status)); });
    const absl::Status status = answered.get_future().get();
    if (!status.ok()) return status;
    return response.order();
  }

  v1::SimulateOrderRequest Simulating(const v1::RecordOrderRequest& order) {
    v1::SimulateOrderRequest request;
    request.set_program_id(program_id());
    *request.mutable_order() = order;
    return request;
  }
  absl::StatusOr<v1::SimulateOrderResponse> Simulate(const v1::SimulateOrderRequest& request) {
    return Ask(handlers::SimulateOrder, *this, AsStaff(), request);
  }

  // Every row of every table, as a hash per table.
  std::vector<std::string> Everything() {
    return database().Admin(
        "SELECT tablename || ' ' || md5(query_to_xml(format('SELECT t::text FROM %I.%I t ORDER BY "
        "1', schemaname, tablename), true, false, '')::text) FROM pg_tables "
        "WHERE schemaname = 'members' ORDER BY tablename");
  }

 private:
  static void AddCap(v1::EarningLimit::Period period, int64_t amount, v1::CapScope scope,
                     v1::WalletType* type) {
    v1::EarningCap& cap = *type->add_earning_caps();
    cap.set_period(period);
    cap.set_amount(amount);
    cap.set_scope(scope);
    cap.set_effect(v1::CAP_EFFECT_TRIM);
  }

  std::vector<std::string> members_;
};

}  // namespace laurel::members::testing
