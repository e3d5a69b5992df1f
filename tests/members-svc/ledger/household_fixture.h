// A programme whose households share two of its three wallet types, and what its members ask.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "lib/status/error.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/jobs/expire_reservations.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

inline v1::WalletType TypeOf(const std::string& code, std::optional<v1::LeavePolicy> on_leave) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  type.mutable_expiry()->set_count(30);
  type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  if (on_leave) type.mutable_pool()->set_on_leave(*on_leave);
  return type;
}

class HouseholdTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram({TypeOf("points", v1::LEAVE_POLICY_TAKE_OWN),
                         TypeOf("shared", v1::LEAVE_POLICY_POINTS_STAY), TypeOf("own", {})});
    other_ = new Process(world_->database, world_->clock);
  }
  static void TearDownTestSuite() {
    delete other_;
    delete world_;
  }
  void TearDown() override {
    World::Check(ExpireReservations(*world_->process->pool, world_->clock, world_->process->ledger)
                     .status());
    const auto proof = world_->Verify();
    EXPECT_TRUE(proof.valid()) << proof.DebugString();
  }

  static std::string NewMember() { return world_->Enrol("h" + std::to_string(++members_)); }
  static std::string NewId() { return "r" + std::to_string(++requests_); }

  // The answer of a handler of either kind.
  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<Response> Ask(Handler handler, Request request, const std::string& member,
                                      Process& process = *world_->process) {
    request.set_program_id(kProgram);
    request.set_member_id(member);
    if constexpr (requires { request.request_id(); }) {
      if (request.request_id().empty()) request.set_request_id(NewId());
    }
    Response response;
    absl::Status status;
    if constexpr (std::is_invocable_v<Handler, const Deps&, const server::Call&, const Request&,
                                      Response*, server::Done>) {
      status = process.Call(handler, request, &response);
    } else {
      status = handler(process.deps, process.call, request, &response);
    }
    if (!status.ok()) return status;
    return response;
  }
  static std::string Household(const std::string& member) {
    return Ask<v1::CreateHouseholdResponse>(handlers::CreateHousehold, v1::CreateHouseholdRequest(),
                                            member)
        ->household()
        .household_id();
  }
  static absl::StatusOr<v1::AddHouseholdMemberResponse> Add(const std::string& household,
                                                            const std::string& member) {
    v1::AddHouseholdMemberRequest request;
    request.set_household_id(household);
    return Ask<v1::AddHouseholdMemberResponse>(handlers::AddHouseholdMember, request, member);
  }
  static absl::StatusOr<v1::LeaveHouseholdResponse> Leave(const std::string& member,
                                                          const std::string& id = "") {
    v1::LeaveHouseholdRequest request;
    request.set_request_id(id);
    return Ask<v1::LeaveHouseholdResponse>(handlers::LeaveHousehold, request, member);
  }
  static absl::Status Limit(const std::string& member, const std::string& type, int64_t amount) {
    v1::SetHouseholdLimitsRequest request;
    auto* limit = request.add_limits();
    limit->set_wallet_type(type);
    limit->set_amount(amount);
    limit->set_period(v1::EarningLimit::PERIOD_DAY);
    return Ask<v1::SetHouseholdLimitsResponse>(handlers::SetHouseholdLimits, request, member)
        .status();
  }
  static absl::StatusOr<v1::Entry> Earn(const std::string& member, int64_t amount,
                                        const std::string& type = "", const std::string& id = "",
                                        Process& process = *world_->process) {
    v1::EarnPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    request.set_request_id(id);
    auto response = Ask<v1::EarnPointsResponse>(handlers::EarnPoints, request, member, process);
    if (!response.ok()) return response.status();
    return response->entry();
  }
  static absl::StatusOr<v1::Entry> Spend(const std::string& member, int64_t amount,
                                         const std::string& type = "",
                                         Process& process = *world_->process) {
    v1::SpendPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    auto response = Ask<v1::SpendPointsResponse>(handlers::SpendPoints, request, member, process);
    if (!response.ok()) return response.status();
    return response->entry();
  }
  static absl::StatusOr<v1::Reservation> Hold(const std::string& member, int64_t amount) {
    v1::ReservePointsRequest request;
    request.set_amount(amount);
    auto response = Ask<v1::ReservePointsResponse>(handlers::ReservePoints, request, member);
    if (!response.ok()) return response.status();
    return response->reservation();
  }
  static v1::ListBalancesResponse Balances(const std::string& member) {
    return *Ask<v1::ListBalancesResponse>(handlers::ListBalances, v1::ListBalancesRequest(),
                                          member);
  }
  // The first of the type: the pool, where there is one.
  static int64_t Active(const std::string& member, const std::string& type = "points") {
    const v1::ListBalancesResponse answer = Balances(member);
    for (const v1::Balance& balance : answer.balances()) {
      if (balance.wallet_type() == type) return balance.active();
    }
    return -1;
  }
  static std::vector<v1::Entry> Entries(const std::string& member) {
    const auto response =
        *Ask<v1::ListEntriesResponse>(handlers::ListEntries, v1::ListEntriesRequest(), member);
    return {response.entries().begin(), response.entries().end()};
  }

  inline static World* world_ = nullptr;
  inline static Process* other_ = nullptr;
  inline static int members_ = 0;
  inline static std::atomic<int> requests_ = 0;
};

}  // namespace laurel::members::testing
