// A world with campaigns, orders and returns of them, for tests on a database.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_counters.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

struct Bought {
  std::string sku;
  int64_t quantity;  // thousandths
  int64_t amount;    // minor units
};

class ReturnsWorld : public World {
 public:
  // Wallet type `points` unless others are given, and how returns go.
  explicit ReturnsWorld(std::vector<v1::WalletType> types = {},
                        v1::ReturnMode mode = v1::RETURN_MODE_UNSPECIFIED) {
    v1::CreateProgramRequest request;
    request.mutable_program()->set_program_id(kProgram);
    request.mutable_program()->set_display_name("Test");
    request.mutable_program()->set_currency_code("USD");
    request.mutable_program()->set_time_zone("UTC");
    request.mutable_program()->set_return_mode(mode);
    for (v1::WalletType& type : types) {
      if (type.code().empty()) type.set_code("points");
      type.set_singular(type.code());
      type.set_plural(type.code());
      *request.add_wallet_types() = type;
    }
    v1::CreateProgramResponse response;
    Check(handlers::CreateProgram(process->deps, process->call, request, &response));
  }

  std::string AddCampaign(v1::Campaign campaign) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("campaign-" + std::to_string(++campaigns_));
    request.set_activate(true);
    campaign.set_display_name("campaign");
    *request.mutable_campaign() = std::move(campaign);
    v1::CreateCampaignResponse response;
    Check(handlers::CreateCampaign(process->deps, process->call, request, &response));
    return response.campaign().campaign_id();
  }

  static v1::RecordOrderRequest OrderOf(const std::string& member, const std::string& request_id,
                                        const std::vector<Bought>& lines,
                                        const std::vector<std::string>& spends = {}) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(request_id);
    request.set_currency_code("USD");
    for (const Bought& bought : lines) {
      auto* line = request.add_lines();
      line->set_sku(bought.sku);
      line->set_quantity_thousandths(bought.quantity);
      line->set_amount_minor_units(bought.amount);
    }
    for (const std::string& id : spends) request.add_spend_entry_ids(id);
    return request;
  }
  absl::StatusOr<v1::Order> TryRecord(const v1::RecordOrderRequest& request) {
    v1::RecordOrderResponse response;
    const absl::Status status = process->Call(handlers::RecordOrder, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }
  v1::Order Record(const std::string& member, const std::string& request_id,
                   const std::vector<Bought>& lines, const std::vector<std::string>& spends = {}) {
    auto order = TryRecord(OrderOf(member, request_id, lines, spends));
    Check(order.status());
    return *std::move(order);
  }

  // Line number → quantity, 0: the rest of it; none: all that is left.
  static v1::ReturnOrderRequest ReturnOf(const v1::Order& order, const std::string& request_id,
                                         const std::map<int32_t, int64_t>& lines = {}) {
    v1::ReturnOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order.order_id());
    request.set_request_id(request_id);
    request.set_reason("it did not fit");
    for (const auto& [number, quantity] : lines) {
      auto* line = request.add_lines();
      line->set_line_number(number);
      line->set_quantity_thousandths(quantity);
    }
    return request;
  }
  absl::StatusOr<v1::OrderReturn> TryReturn(const v1::ReturnOrderRequest& request) {
    return TryReturn(*process, request);
  }
  static absl::StatusOr<v1::OrderReturn> TryReturn(Process& process,
                                                   const v1::ReturnOrderRequest& request) {
    v1::ReturnOrderResponse response;
    const absl::Status status =
        handlers::ReturnOrder(process.deps, process.call, request, &response);
    if (!status.ok()) return status;
    return response.order_return();
  }
  v1::OrderReturn Return(const v1::Order& order, const std::string& request_id,
                         const std::map<int32_t, int64_t>& lines = {}) {
    auto returned = TryReturn(ReturnOf(order, request_id, lines));
    Check(returned.status());
    return *std::move(returned);
  }
  std::string ReasonOfReturn(const v1::ReturnOrderRequest& request) {
    return status::ReasonOf(TryReturn(request).status());
  }
  absl::StatusOr<v1::OrderReturn> Cancel(const v1::Order& order, const std::string& request_id) {
    v1::CancelOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order.order_id());
    request.set_request_id(request_id);
    v1::CancelOrderResponse response;
    const absl::Status status =
        handlers::CancelOrder(process->deps, process->call, request, &response);
    if (!status.ok()) return status;
    return response.order_return();
  }
  v1::Order Get(const v1::Order& order) {
    v1::GetOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order.order_id());
    v1::GetOrderResponse response;
    Check(handlers::GetOrder(process->deps, process->call, request, &response));
    return response.order();
  }

  int64_t Active(const std::string& member, const std::string& wallet_type = "points") {
    return BalanceOf(member, wallet_type).active();
  }
  std::string Faults() {
    std::string out;
    const v1::VerifyLedgerResponse found = Verify();
    for (const auto& fault : found.faults()) out += fault.ShortDebugString() + "\n";
    return out;
  }
  // What counters hold: points, orders and amounts of all together, but for how many orders members
  // have made.
  std::string Counted() {
    const base::Uuid orders = OrderCountersFor({}, "", kStart).orders.campaign_id;
    return database.Admin(
        "SELECT concat_ws('/', coalesce(sum(points), 0), coalesce(sum(orders), 0), "
        "coalesce(sum(amount), 0)) FROM campaign_counters WHERE campaign_id <> '" +
        base::ToString(orders) + "'")[0];
  }

  static v1::Campaign PerUnit(int64_t points, const std::string& sku = "") {
    v1::Campaign campaign;
    campaign.mutable_points_per_amount()->set_points(points);
    campaign.mutable_points_per_amount()->set_step_minor_units(100);
    if (!sku.empty()) campaign.mutable_lines()->add_skus(sku);
    return campaign;
  }
  static v1::Campaign PerItem(int64_t points, const std::string& sku) {
    v1::Campaign campaign;
    campaign.mutable_points_per_item()->set_points(points);
    campaign.mutable_lines()->add_skus(sku);
    return campaign;
  }

 private:
  int campaigns_ = 0;
};

inline v1::WalletType PolicyOf(v1::ClawBackPolicy claw_back) {
  v1::WalletType type;
  type.set_claw_back(claw_back);
  return type;
}

}  // namespace laurel::members::testing
