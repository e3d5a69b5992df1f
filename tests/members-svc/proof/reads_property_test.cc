// The exact reads against what all entries say, over wallets in which everything has happened:
// earning, spending, holding, correcting, giving away, giving back and taking back, at random.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_join.h"
#include "tests/members-svc/proof/history.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members {
namespace {

using testing::Dice;
using testing::kProgram;
using testing::Process;
using testing::World;

constexpr int kKinds = 14;  // of those that such a life has
constexpr auto kSettled = absl::Minutes(5);

v1::WalletType TypeOf(const std::string& code) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular(code);
  type.set_plural(code);
  type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  type.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  return type;
}

class ReadsPropertyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const uint32_t seed = testing::Seed();
    RecordProperty("seed", static_cast<int>(seed));
    std::printf("LAUREL_TEST_SEED=%u\n", seed);
    dice_ = new Dice(seed);
    world_ = new World;
    v1::WalletType points = TypeOf("points");
    points.set_pending_days(1);
    points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    points.mutable_expiry()->set_count(5);
    points.set_reinstate_days(30);
    world_->MakeProgram({points, TypeOf("miles")});
    MakeCampaign();
    for (const char* name : {"ann", "bea"}) members_.push_back(world_->Enrol(name));
    for (int rounds = 0; rounds == 0 || Kinds().size() < kKinds; ++rounds) {
      ASSERT_LT(rounds, 20) << "only kinds " << absl::StrJoin(Kinds(), ", ");
      for (int i = 0; i < 200; ++i) Step();
    }
  }
  static void TearDownTestSuite() {
    Process& process = *world_->process;
    EXPECT_TRUE(ExpireReservations(*process.pool, world_->clock, process.ledger).ok());
    const auto proof = world_->Verify();
    EXPECT_TRUE(proof.valid()) << proof.DebugString();
    members_.clear();
    delete world_;
    delete dice_;
  }

  static void MakeCampaign() {
    v1::CreateCampaignRequest request;
    request.set_request_id("campaign");
    request.set_activate(true);
    request.mutable_campaign()->set_display_name("Two per unit");
    request.mutable_campaign()->mutable_points_per_amount()->set_points(2);
    request.mutable_campaign()->mutable_points_per_amount()->set_step_minor_units(100);
    World::Check(Ask<v1::CreateCampaignResponse>(handlers::CreateCampaign, request).status());
  }

  // The answer of a handler of either kind.
  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<Response> Ask(Handler handler, Request request,
                                      Process& process = *world_->process) {
    request.set_program_id(kProgram);
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
  // A command about a member; refused ones are of no interest.
  template <typename Response, typename Handler, typename Request>
  static Response Do(Handler handler, Request request, const std::string& member) {
    request.set_member_id(member);
    request.set_request_id("r" + std::to_string(++requests_));
    if constexpr (requires { request.set_reason(""); }) request.set_reason("so it was");
    return Ask<Response>(handler, request).value_or(Response());
  }

  static void Step(bool time_passes = true) {
    const std::string member = dice_->Of(members_);
    const std::string type = dice_->OneIn(3) ? "miles" : "points";
    const auto amount = [&](auto request, int64_t most) {
      request.set_wallet_type(type);
      request.set_amount(dice_->In(1, most));
      return request;
    };
    switch (dice_->In(0, 9)) {
      case 0: {
        auto earn = amount(v1::EarnPointsRequest(), 300);
        *earn.mutable_occur_time() =
            base::ToTimestamp(world_->clock.Now() - absl::Hours(dice_->In(0, 100)));
        Do<v1::EarnPointsResponse>(handlers::EarnPoints, earn, member);
        break;
      }
      case 1: {
        v1::RecordOrderRequest order;
        order.set_currency_code("USD");
        order.add_lines()->set_sku("1");
        order.mutable_lines(0)->set_amount_minor_units(dice_->In(1, 20000));
        Do<v1::RecordOrderResponse>(handlers::RecordOrder, order, member);
        break;
      }
      case 2:
        Do<v1::SpendPointsResponse>(handlers::SpendPoints, amount(v1::SpendPointsRequest(), 100),
                                    member);
        break;
      case 3:
        reservations_.emplace_back(
            member, Do<v1::ReservePointsResponse>(handlers::ReservePoints,
                                                  amount(v1::ReservePointsRequest(), 60), member)
                        .reservation()
                        .reservation_id());
        break;
      case 4:
        EndReservation();
        break;
      case 5: {
        v1::AdjustPointsRequest adjust;
        adjust.set_wallet_type(type);
        adjust.set_delta(dice_->OneIn(2) ? dice_->In(1, 80) : -dice_->In(1, 80));
        Do<v1::AdjustPointsResponse>(handlers::AdjustPoints, adjust, member);
        break;
      }
      case 6: {
        auto transfer = amount(v1::TransferPointsRequest(), 60);
        transfer.set_to_member_id(members_[member == members_[0] ? 1 : 0]);
        Do<v1::TransferPointsResponse>(handlers::TransferPoints, transfer, member);
        break;
      }
      default:
        Correct(member, type);
    }
    if (!time_passes) return;
    const std::vector<absl::Duration> pauses = {absl::ZeroDuration(), absl::Microseconds(1),
                                                absl::Seconds(3), absl::Hours(5)};
    world_->clock.Advance(dice_->Of(pauses));
  }
  static void EndReservation() {
    if (reservations_.empty()) return;
    // Mostly the newest: the others have run out.
    const auto [member, id] = dice_->OneIn(3) ? dice_->Of(reservations_) : reservations_.back();
    if (dice_->OneIn(2)) {
      v1::CaptureReservationRequest capture;
      capture.set_reservation_id(id);
      capture.set_amount(dice_->In(0, 5));
      Do<v1::CaptureReservationResponse>(handlers::CaptureReservation, capture, member);
    } else {
      v1::ReleaseReservationRequest release;
      release.set_reservation_id(id);
      Do<v1::ReleaseReservationResponse>(handlers::ReleaseReservation, release, member);
    }
  }
  // Gives or takes back what some entry did: of a kind first, since some are seldom.
  static void Correct(const std::string& member, const std::string& type) {
    std::map<v1::EntryKind, std::vector<v1::Entry>> by_kind;
    for (const v1::Entry& some : All(member, type)) by_kind[some.kind()].push_back(some);
    if (by_kind.empty()) return;
    std::vector<v1::EntryKind> kinds;
    for (const auto& [kind, entries] : by_kind) kinds.push_back(kind);
    const v1::Entry& entry = dice_->Of(by_kind.at(dice_->Of(kinds)));
    if (entry.kind() == v1::ENTRY_KIND_REDEMPTION && dice_->OneIn(2)) {
      v1::RefundPointsRequest refund;
      refund.set_wallet_type(type);
      refund.set_spend_entry_id(entry.entry_id());
      Do<v1::RefundPointsResponse>(handlers::RefundPoints, refund, member);
    } else if (entry.kind() == v1::ENTRY_KIND_ACCRUAL && dice_->OneIn(2)) {
      v1::ClawBackPointsRequest claw;
      claw.set_wallet_type(type);
      claw.set_accrual_entry_id(entry.entry_id());
      claw.set_amount(dice_->In(0, 30));
      Do<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, claw, member);
    } else if (entry.kind() == v1::ENTRY_KIND_EXPIRY) {
      v1::ReinstatePointsRequest reinstate;
      reinstate.set_wallet_type(type);
      reinstate.set_expiry_entry_id(entry.entry_id());
      Do<v1::ReinstatePointsResponse>(handlers::ReinstatePoints, reinstate, member);
    } else if (dice_->OneIn(3)) {
      v1::ReverseEntryRequest reverse;
      reverse.set_entry_id(entry.entry_id());
      Do<v1::ReverseEntryResponse>(handlers::ReverseEntry, reverse, member);
    }
  }

  // All entries of a wallet, by seq, as WalletService lists them.
  static std::vector<v1::Entry> All(const std::string& member, const std::string& type) {
    v1::ListEntriesRequest request;
    request.set_member_id(member);
    request.set_wallet_type(type);
    request.set_page_size(1000);
    std::vector<v1::Entry> out;
    do {
      const auto page = *Ask<v1::ListEntriesResponse>(handlers::ListEntries, request);
      out.insert(out.begin(), page.entries().rbegin(), page.entries().rend());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return out;
  }
  static std::set<std::string> Kinds() {
    const auto kinds = world_->database.Admin("SELECT DISTINCT kind FROM entries");
    return {kinds.begin(), kinds.end()};
  }
  static absl::Time RecordedAt(const v1::Entry& entry) {
    return base::FromTimestamp(entry.create_time());
  }
  static v1::BalanceAsOf AsOf(const std::string& member, const std::string& type, absl::Time time) {
    v1::GetBalanceAsOfRequest request;
    request.set_member_id(member);
    request.set_wallet_type(type);
    *request.mutable_time() = base::ToTimestamp(time);
    return Ask<v1::GetBalanceAsOfResponse>(handlers::GetBalanceAsOf, request)->balances(0);
  }

  static World* world_;
  static Dice* dice_;
  static std::vector<std::string> members_;
  static std::vector<std::pair<std::string, std::string>> reservations_;
  static int requests_;
};
World* ReadsPropertyTest::world_ = nullptr;
Dice* ReadsPropertyTest::dice_ = nullptr;
std::vector<std::string> ReadsPropertyTest::members_;
std::vector<std::pair<std::string, std::string>> ReadsPropertyTest::reservations_;
int ReadsPropertyTest::requests_ = 0;

TEST_F(ReadsPropertyTest, TheBalanceAsOfAnyInstantIsTheSumOfTheEntriesUntilThen) {
  for (const std::string& member : members_) {
    for (const std::string type : {"points", "miles"}) {
      const auto entries = All(member, type);
      int64_t active = 0, pending = 0, reserved = 0;
      for (size_t i = 0; i < entries.size(); ++i) {
        const absl::Time recorded = RecordedAt(entries[i]);
        const bool last_of_instant =
            i + 1 == entries.size() || RecordedAt(entries[i + 1]) > recorded;
        if (i == 0 || RecordedAt(entries[i - 1]) < recorded) {
          const auto before = AsOf(member, type, recorded - absl::Microseconds(1)).balance();
          ASSERT_EQ(before.seq(), static_cast<int64_t>(i));
          ASSERT_EQ(before.active(), active);
          ASSERT_EQ(before.pending(), pending);
          ASSERT_EQ(before.reserved(), reserved);
        }
        active += entries[i].active_delta();
        pending += entries[i].pending_delta();
        reserved += entries[i].reserved_delta();
        if (!last_of_instant) continue;
        std::vector<absl::Time> instants = {recorded, recorded + absl::Microseconds(1)};
        if (i + 1 < entries.size()) {
          const absl::Duration gap = RecordedAt(entries[i + 1]) - recorded;
          instants = {recorded, recorded + gap / 2};
        }
        for (const absl::Time instant : instants) {
          if (instant > world_->clock.Now()) continue;
          const auto at = AsOf(member, type, instant);
          ASSERT_EQ(at.balance().seq(), entries[i].seq());
          ASSERT_EQ(at.balance().active(), active);
          ASSERT_EQ(at.balance().pending(), pending);
          ASSERT_EQ(at.balance().reserved(), reserved);
          ASSERT_EQ(base::FromTimestamp(at.record_time()), recorded);
          const v1::Balance& b = at.balance();
          ASSERT_EQ(active + pending + reserved, b.lifetime_earned() - b.lifetime_spent() -
                                                     b.lifetime_expired() - b.lifetime_reversed() +
                                                     b.lifetime_adjusted());
        }
      }
    }
  }
}

TEST_F(ReadsPropertyTest, EntriesByFilterAndPageAreThoseOfAPlainFilter) {
  int64_t found = 0, with_writes = 0;
  // Some seeds' filters seldom find more than a page: they go on until enough has been compared.
  const auto enough = [&] { return found > 1000 && with_writes > 20; };
  for (int round = 0; round < 150 || (!enough() && round < 1500); ++round) {
    v1::ListLedgerEntriesRequest request;
    request.set_member_id(dice_->Of(members_));
    request.set_wallet_type(dice_->OneIn(3) ? "miles" : "points");
    const auto all = All(request.member_id(), request.wallet_type());
    const auto instant = [&] {
      return RecordedAt(dice_->Of(all)) + absl::Microseconds(dice_->In(-1, 2));
    };
    for (int64_t i = dice_->In(-3, 5); i > 0; --i) {
      request.add_kinds(static_cast<v1::EntryKind>(dice_->In(1, 17)));
    }
    if (dice_->OneIn(3)) *request.mutable_start_time() = base::ToTimestamp(instant());
    if (dice_->OneIn(3)) *request.mutable_end_time() = base::ToTimestamp(instant());
    if (dice_->OneIn(4)) request.set_order_id(dice_->Of(all).order_id());
    std::vector<std::string> expected;
    for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
      const auto& kinds = request.kinds();
      const bool kind =
          kinds.empty() || std::find(kinds.begin(), kinds.end(), entry->kind()) != kinds.end();
      const absl::Time at = RecordedAt(*entry);
      const bool in_time =
          (!request.has_start_time() || at >= base::FromTimestamp(request.start_time())) &&
          (!request.has_end_time() || at < base::FromTimestamp(request.end_time()));
      const bool of_order = request.order_id().empty() || entry->order_id() == request.order_id();
      if (kind && in_time && of_order) expected.push_back(entry->DebugString());
    }
    const std::vector<int32_t> sizes = {0, 1, 2, 3, 7, 50, 1000, 5000};
    request.set_page_size(dice_->Of(sizes));
    if (expected.size() > 20 && request.page_size() > 0) {  // a page per entry takes its time
      request.set_page_size(std::max(request.page_size(), 11));
    }
    const int limit = request.page_size() == 0 ? 50 : std::min(request.page_size(), 1000);
    std::vector<std::string> listed;
    const bool writes = dice_->OneIn(4);
    do {
      const auto page = *Ask<v1::ListLedgerEntriesResponse>(handlers::ListLedgerEntries, request);
      for (const v1::Entry& entry : page.entries()) listed.push_back(entry.DebugString());
      request.set_page_token(page.next_page_token());
      ASSERT_LE(page.entries_size(), limit);
      if (!request.page_token().empty()) {
        ASSERT_EQ(page.entries_size(), limit);
        if (writes) Step(false);
        with_writes += writes;
      }
    } while (!request.page_token().empty() && listed.size() <= expected.size());
    ASSERT_EQ(listed.size(), expected.size()) << request.ShortDebugString();
    ASSERT_EQ(listed, expected) << request.ShortDebugString();
    found += static_cast<int64_t>(listed.size());
  }
  EXPECT_GT(found, 1000);
  EXPECT_GT(with_writes, 20);
}

TEST_F(ReadsPropertyTest, AnAnswerForAnInstantFiveMinutesBackNeverChanges) {
  struct Answer {
    std::string member, type;
    absl::Time time;
    std::string balance;
  };
  world_->clock.Advance(kSettled);
  std::vector<Answer> answers;
  for (const std::string& member : members_) {
    for (const std::string type : {"points", "miles"}) {
      const auto all = All(member, type);
      for (int i = 0; i < 20; ++i) {
        const absl::Time time =
            std::min(RecordedAt(dice_->Of(all)) + absl::Seconds(dice_->In(-3, 4)),
                     world_->clock.Now() - kSettled);
        answers.push_back({member, type, time, AsOf(member, type, time).SerializeAsString()});
      }
    }
  }
  // Another process, whose clock is behind, still records what then has happened before now.
  base::ManualClock behind(world_->clock.Now() - absl::Minutes(1));
  Process late(world_->database, behind);
  const std::string cid = world_->Enrol("cid");
  const absl::Time young = world_->clock.Now() - absl::Seconds(30);
  EXPECT_EQ(AsOf(cid, "points", young).balance().seq(), 0);
  v1::EarnPointsRequest earn;
  earn.set_member_id(cid);
  earn.set_request_id("late");
  earn.set_amount(1);
  World::Check(Ask<v1::EarnPointsResponse>(handlers::EarnPoints, earn, late).status());
  EXPECT_EQ(AsOf(cid, "points", young).balance().seq(), 1) << "such an instant is too young";
  for (const std::string& member : members_) {
    earn.set_member_id(member);
    earn.set_request_id("late " + member);
    World::Check(Ask<v1::EarnPointsResponse>(handlers::EarnPoints, earn, late).status());
  }
  for (int i = 0; i < 150; ++i) Step();
  for (const Answer& answer : answers) {
    ASSERT_EQ(AsOf(answer.member, answer.type, answer.time).SerializeAsString(), answer.balance)
        << answer.time;
  }
}

// Last: it lives into another month.
TEST_F(ReadsPropertyTest, WhatWasTransferredOrAdjustedIsOwedFromThatMonthOn) {
  const auto owed = [] {
    v1::GetLiabilityRequest request;
    request.set_wallet_type("miles");
    const auto answer = *Ask<v1::GetLiabilityResponse>(handlers::GetLiability, request);
    std::map<std::string, int64_t> months;
    for (const auto& cohort : answer.wallet_types(0).cohorts()) {
      months[cohort.month()] = cohort.outstanding();
    }
    return months;
  };
  const auto month = [] {
    return absl::FormatTime("%Y-%m", world_->clock.Now(), absl::UTCTimeZone());
  };
  const std::string dot = world_->Enrol("dot");
  v1::EarnPointsRequest earn;
  earn.set_wallet_type("miles");
  earn.set_amount(50);
  Do<v1::EarnPointsResponse>(handlers::EarnPoints, earn, dot);
  const std::string earned = month();
  auto expected = owed();
  EXPECT_GE(expected[earned], 50);
  world_->clock.Advance(absl::Hours(24 * 32));
  v1::TransferPointsRequest transfer;
  transfer.set_wallet_type("miles");
  transfer.set_amount(20);
  transfer.set_to_member_id(world_->Enrol("eve"));
  Do<v1::TransferPointsResponse>(handlers::TransferPoints, transfer, dot);
  v1::AdjustPointsRequest adjust;
  adjust.set_wallet_type("miles");
  adjust.set_delta(7);
  Do<v1::AdjustPointsResponse>(handlers::AdjustPoints, adjust, dot);
  ASSERT_NE(month(), earned);
  expected[earned] -= 20;
  expected[month()] += 20 + 7;
  EXPECT_EQ(owed(), expected);
}

}  // namespace
}  // namespace laurel::members
