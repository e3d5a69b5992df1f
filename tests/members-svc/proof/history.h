// A ledger with some history: wallets with every kind of entry, orders, reservations and a refund.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/jobs/seal_roots.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

class History : public World {
 public:
  History() {
    // `points` are pending for a day and expire 30 days later; `miles` never do.
    v1::WalletType points = TypeOf("points");
    points.set_pending_days(1);
    points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    points.mutable_expiry()->set_count(30);
    MakeProgram({points, TypeOf("miles")});
  }

  // The answer of a blocking handler, which must succeed.
  template <typename Response, typename Request>
  Response Ask(absl::Status (*handler)(const Deps&, const server::Call&, const Request&, Response*),
               Request request) {
    request.set_program_id(kProgram);
    Response response;
    Check(handler(process->deps, process->call, request, &response));
    return response;
  }
  template <typename Response, typename Request>
  std::string ReasonOf(absl::Status (*handler)(const Deps&, const server::Call&, const Request&,
                                               Response*),
                       Request request) {
    request.set_program_id(kProgram);
    Response response;
    return status::ReasonOf(handler(process->deps, process->call, request, &response));
  }

  // Two points for each unit of money, into `wallet_type`.
  void MakeCampaign(const std::string& wallet_type) {
    v1::CreateCampaignRequest request;
    request.set_program_id(kProgram);
    request.set_request_id("campaign-" + wallet_type);
    request.set_activate(true);
    v1::Campaign& campaign = *request.mutable_campaign();
    campaign.set_display_name("Two per unit");
    campaign.set_wallet_type(wallet_type);
    campaign.mutable_points_per_amount()->set_points(2);
    campaign.mutable_points_per_amount()->set_step_minor_units(100);
    Ask(handlers::CreateCampaign, request);
  }

  // Every entry kind of a spender's life in `points`: 300 earned by an order, activated, partly
  // spent and refunded, held and captured, held and released, held until the hold expires, expired.
  std::string Live(const std::string& external_id) {
    const std::string member = Enrol(external_id);
    Record(member, external_id + "-order", 15000);
    clock.Advance(absl::Hours(40));
    const v1::Entry spent = *Spend(member, 20, external_id + "-spend");
    Refund(member, spent.entry_id(), external_id + "-refund");
    Capture(member, Hold(member, 70, external_id + "-hold1"), 50, external_id + "-capture");
    Release(member, Hold(member, 30, external_id + "-hold2"), external_id + "-release");
    Hold(member, 40, external_id + "-hold3");
    clock.Advance(absl::Hours(1));
    EXPECT_TRUE(ExpireReservations(*process->pool, clock, process->ledger).ok());
    EXPECT_TRUE(Spend(member, 10, external_id + "-spend2").ok());
    clock.Advance(absl::Seconds(1));  // batches of one instant are recorded microseconds apart
    return member;
  }

  v1::Order Record(const std::string& member, const std::string& request_id, int64_t amount) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(request_id);
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("123");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(amount);
    v1::RecordOrderResponse response;
    Check(process->Call(handlers::RecordOrder, request, &response));
    return response.order();
  }
  void Refund(const std::string& member, const std::string& entry_id,
              const std::string& request_id) {
    v1::RefundPointsRequest request;
    request.set_spend_entry_id(entry_id);
    v1::RefundPointsResponse response;
    Run(handlers::RefundPoints, request, member, request_id, &response);
  }
  std::string Hold(const std::string& member, int64_t amount, const std::string& request_id) {
    v1::ReservePointsRequest request;
    request.set_amount(amount);
    v1::ReservePointsResponse response;
    Run(handlers::ReservePoints, request, member, request_id, &response);
    return response.reservation().reservation_id();
  }
  void Capture(const std::string& member, const std::string& reservation, int64_t amount,
               const std::string& request_id) {
    v1::CaptureReservationRequest request;
    request.set_reservation_id(reservation);
    request.set_amount(amount);
    v1::CaptureReservationResponse response;
    Run(handlers::CaptureReservation, request, member, request_id, &response);
  }
  void Release(const std::string& member, const std::string& reservation,
               const std::string& request_id) {
    v1::ReleaseReservationRequest request;
    request.set_reservation_id(reservation);
    v1::ReleaseReservationResponse response;
    Run(handlers::ReleaseReservation, request, member, request_id, &response);
  }
  v1::Entry EarnMiles(const std::string& member, int64_t amount, const std::string& request_id) {
    v1::EarnPointsRequest request;
    request.set_wallet_type("miles");
    request.set_amount(amount);
    v1::EarnPointsResponse response;
    Run(handlers::EarnPoints, request, member, request_id, &response);
    return response.entry();
  }

  // Seals all that is due; how many hours.
  int Seal() {
    int hours = 0;
    for (;;) {
      const auto more = SealNextHour(*process->pool, clock);
      Check(more.status());
      if (!*more) return hours;
      ++hours;
    }
  }
  std::string VerifyText() {
    std::string out;
    const v1::VerifyLedgerResponse found = Verify();
    for (const auto& fault : found.faults()) out += fault.ShortDebugString() + "\n";
    return out;
  }
  static std::string OwnerOf(const std::string& member) {
    return base::ToString(*base::DecodeId("mem", member));
  }

 private:
  static v1::WalletType TypeOf(const std::string& code) {
    v1::WalletType type;
    type.set_code(code);
    type.set_singular(code);
    type.set_plural(code);
    return type;
  }
  template <typename Handler, typename Request, typename Response>
  void Run(Handler handler, Request request, const std::string& member,
           const std::string& request_id, Response* response) {
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(request_id);
    Check(process->Call(handler, request, response));
  }
};

}  // namespace laurel::members::testing
