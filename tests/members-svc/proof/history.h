// A ledger with some history: wallets with every kind of entry, orders, reservations, a refund, and
// corrections of every kind.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
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
    points.set_reinstate_days(365);
    v1::WalletType miles = TypeOf("miles");
    miles.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    MakeProgram({points, miles});
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

  // Every correction of `member`, whose points must have expired in part: of new points some are
  // activated, some cancelled and some taken back; an expiry is given back and a spend undone;
  // miles go to `other`, and two people add some.
  void Correct(const std::string& member, const std::string& other) {
    v1::ActivatePointsRequest activate;
    activate.set_accrual_entry_id(Earn(member, 50, member + "-c1")->entry_id());
    v1::ActivatePointsResponse activated;
    Run(handlers::ActivatePoints, activate, member, "activate", &activated);
    v1::CancelPendingRequest cancel;
    cancel.set_accrual_entry_id(Earn(member, 40, member + "-c2")->entry_id());
    v1::CancelPendingResponse cancelled;
    Run(handlers::CancelPending, cancel, member, "cancel", &cancelled);
    v1::ClawBackPointsRequest claw;
    claw.set_accrual_entry_id(Earn(member, 30, member + "-c3")->entry_id());
    claw.set_amount(10);
    v1::ClawBackPointsResponse clawed;
    Run(handlers::ClawBackPoints, claw, member, "claw", &clawed);
    v1::ReinstatePointsRequest reinstate;
    for (const v1::Entry& entry : Entries(member, "points")) {
      if (entry.kind() == v1::ENTRY_KIND_EXPIRY) reinstate.set_expiry_entry_id(entry.entry_id());
    }
    v1::ReinstatePointsResponse reinstated;
    Run(handlers::ReinstatePoints, reinstate, member, "reinstate", &reinstated);
    ReverseSpend(member);
    ReturnHalf(member);
    EarnMiles(member, 100, member + "-c4");
    Transfer(member, other, 20, "transfer");
    AdjustByTwo(member, 7);
  }

  v1::Entry Transfer(const std::string& member, const std::string& to, int64_t amount,
                     const std::string& request_id) {
    v1::TransferPointsRequest request;
    request.set_wallet_type("miles");
    request.set_to_member_id(to);
    request.set_amount(amount);
    v1::TransferPointsResponse response;
    Run(handlers::TransferPoints, request, member, request_id, &response);
    return response.entry();
  }
  void Reverse(const std::string& member, const std::string& entry_id,
               const std::string& request_id) {
    v1::ReverseEntryRequest request;
    request.set_entry_id(entry_id);
    request.set_reason("a mistake");
    v1::ReverseEntryResponse response;
    Run(handlers::ReverseEntry, request, member, request_id, &response);
  }
  // Spends some points and undoes it.
  void ReverseSpend(const std::string& member) {
    Reverse(member, Spend(member, 5, member + "-c5")->entry_id(), "reverse");
  }
  // An order of two units that points have paid for in part, of which one comes back.
  void ReturnHalf(const std::string& member) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(member + "-returned");
    request.set_currency_code("USD");
    request.add_spend_entry_ids(Spend(member, 4, member + "-c6")->entry_id());
    auto* line = request.add_lines();
    line->set_quantity_thousandths(2000);
    line->set_amount_minor_units(1000);
    v1::RecordOrderResponse recorded;
    Check(process->Call(handlers::RecordOrder, request, &recorded));
    v1::ReturnOrderRequest back;
    back.set_order_id(recorded.order().order_id());
    back.set_request_id(member + "-return");
    back.set_reason("broken");
    back.add_lines()->set_line_number(1);
    back.mutable_lines(0)->set_quantity_thousandths(1000);
    Ask(handlers::ReturnOrder, back);
  }
  void AdjustByTwo(const std::string& member, int64_t delta) {
    server::Call call = process->call;
    v1::ProposeAdjustmentRequest propose;
    propose.set_program_id(kProgram);
    propose.set_member_id(member);
    propose.set_request_id("propose-" + member);
    propose.set_wallet_type("miles");
    propose.set_delta(delta);
    propose.set_reason("the shop burned down");
    v1::ProposeAdjustmentResponse proposed;
    call.caller.subject = "ann";
    Check(handlers::ProposeAdjustment(process->deps, call, propose, &proposed));
    v1::ApproveAdjustmentRequest approve;
    approve.set_program_id(kProgram);
    approve.set_adjustment_id(proposed.adjustment().adjustment_id());
    v1::ApproveAdjustmentResponse approved;
    call.caller.subject = "bob";
    Check(handlers::ApproveAdjustment(process->deps, call, approve, &approved));
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
  v1::VerifyLedgerResponse VerifyMember(const std::string& member) {
    v1::VerifyLedgerRequest request;
    request.set_member_id(member);
    return Ask(handlers::VerifyLedger, request);
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
