// A programme whose orders name their customers, and what the tests of unmatched orders ask of it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/jobs/attach_orders.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

// One point per dollar; two processes over one database.
class UnmatchedWorld {
 public:
  explicit UnmatchedWorld(const v1::Program& settings = {}) {
    v1::CreateProgramRequest request;
    *request.mutable_program() = settings;
    request.mutable_program()->set_program_id(kProgram);
    request.mutable_program()->set_display_name("Test");
    request.mutable_program()->set_currency_code("USD");
    request.mutable_program()->set_time_zone("UTC");
    v1::CreateProgramResponse response;
    World::Check(handlers::CreateProgram(first().deps, first().call, request, &response));
    other_ = std::make_unique<Process>(world_.database, world_.clock);
    v1::Campaign campaign;
    campaign.mutable_points_per_amount()->set_points(1);
    campaign.mutable_points_per_amount()->set_step_minor_units(100);
    Activate(campaign);
  }

  World& world() { return world_; }
  Process& first() { return *world_.process; }
  Process& other() { return *other_; }
  Process& process(int i) { return i % 2 == 0 ? first() : other(); }

  void Activate(v1::Campaign campaign) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("campaign" + std::to_string(++requests_));
    request.set_activate(true);
    campaign.set_display_name("campaign");
    *request.mutable_campaign() = campaign;
    v1::CreateCampaignResponse response;
    World::Check(handlers::CreateCampaign(first().deps, first().call, request, &response));
  }

  static absl::StatusOr<v1::Member> TryEnrol(Process& process, const std::string& card,
                                             const std::string& email = "",
                                             const std::string& external_id = "") {
    v1::EnrolMemberRequest request;
    request.set_program_id(kProgram);
    request.set_card_number(card);
    request.set_external_id(external_id);
    request.mutable_profile()->set_email(email);
    v1::EnrolMemberResponse response;
    const absl::Status status =
        handlers::EnrolMember(process.deps, process.call, request, &response);
    if (!status.ok()) return status;
    return response.member();
  }
  std::string Enrol(const std::string& card, const std::string& email = "",
                    const std::string& external_id = "") {
    const auto member = TryEnrol(first(), card, email, external_id);
    World::Check(member.status());
    return member->member_id();
  }

  // 19.99 at the store "s1".
  static v1::RecordOrderRequest OrderOf(const std::string& request_id) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_request_id(request_id);
    request.set_currency_code("USD");
    request.set_store("s1");
    request.mutable_customer();
    auto* line = request.add_lines();
    line->set_sku("123");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(1999);
    return request;
  }
  static v1::RecordOrderRequest OfCard(const std::string& request_id, const std::string& card) {
    v1::RecordOrderRequest request = OrderOf(request_id);
    request.mutable_customer()->set_card_number(card);
    return request;
  }
  static absl::StatusOr<v1::Order> Record(Process& process, const v1::RecordOrderRequest& request) {
    v1::RecordOrderResponse response;
    const absl::Status status = process.Call(handlers::RecordOrder, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }
  absl::StatusOr<v1::Order> Record(const v1::RecordOrderRequest& request) {
    return Record(first(), request);
  }

  static absl::StatusOr<v1::Order> Attach(Process& process, const std::string& order_id,
                                          const std::string& member_id,
                                          const std::string& request_id) {
    v1::AttachOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order_id);
    request.set_member_id(member_id);
    request.set_request_id(request_id);
    v1::AttachOrderResponse response;
    const absl::Status status = process.Call(handlers::AttachOrder, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }
  absl::StatusOr<v1::Order> Attach(const std::string& order_id, const std::string& member_id,
                                   const std::string& request_id) {
    return Attach(first(), order_id, member_id, request_id);
  }

  absl::StatusOr<v1::Order> Get(const server::Call& call, const std::string& order_id) {
    v1::GetOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order_id);
    v1::GetOrderResponse response;
    const absl::Status status = handlers::GetOrder(first().deps, call, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }
  absl::StatusOr<v1::Order> Get(const std::string& order_id) { return Get(first().call, order_id); }

  v1::ListUnmatchedOrdersResponse List(int page_size = 0, const std::string& token = "") {
    v1::ListUnmatchedOrdersRequest request;
    request.set_program_id(kProgram);
    request.set_page_size(page_size);
    request.set_page_token(token);
    v1::ListUnmatchedOrdersResponse response;
    World::Check(handlers::ListUnmatchedOrders(first().deps, first().call, request, &response));
    return response;
  }

  // A round of the job in one of the processes; how many it attached.
  static int64_t AttachRound(Process& process) {
    AttachOrders job({*process.pool, process.clock, process.ledger, process.campaigns});
    const std::atomic<bool> stopping = false;
    const auto attached = job.Round(stopping);
    World::Check(attached.status());
    return *attached;
  }
  int64_t AttachRound() { return AttachRound(first()); }

  int64_t Points(const std::string& member) { return world_.BalanceOf(member).active(); }
  int64_t Count(const std::string& sql) { return std::stoll(world_.database.Admin(sql)[0]); }

 private:
  World world_;
  std::unique_ptr<Process> other_;
  int requests_ = 0;
};

}  // namespace laurel::members::testing
