// The exact reads: a balance as of any instant, the schedule, entries by filter, one entry and its
// explanation, and what is owed.
#include "members-svc/domain/explain.h"
#include "tests/members-svc/proof/history.h"

namespace laurel::members {
namespace {

using testing::History;
using testing::kProgram;
using testing::kStart;

class ReadsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new History;
    world_->MakeCampaign("points");
    world_->MakeCampaign("miles");
    member_ = world_->Live("reader");
  }
  static void TearDownTestSuite() { delete world_; }

  template <typename Request>
  static Request For(const std::string& member) {
    Request request;
    request.set_member_id(member);
    return request;
  }
  static v1::GetBalanceAsOfResponse AsOf(absl::Time time, const std::string& wallet_type = "") {
    auto request = For<v1::GetBalanceAsOfRequest>(member_);
    *request.mutable_time() = base::ToTimestamp(time);
    request.set_wallet_type(wallet_type);
    return world_->Ask(handlers::GetBalanceAsOf, request);
  }
  static std::vector<v1::Entry> AllEntries(const std::string& wallet_type) {
    auto request = For<v1::ListLedgerEntriesRequest>(member_);
    request.set_wallet_type(wallet_type);
    request.set_page_size(3);
    std::vector<v1::Entry> out;
    for (;;) {
      const auto page = world_->Ask(handlers::ListLedgerEntries, request);
      out.insert(out.end(), page.entries().begin(), page.entries().end());
      if (page.next_page_token().empty()) return out;
      request.set_page_token(page.next_page_token());
    }
  }

  static History* world_;
  static std::string member_;
};
History* ReadsTest::world_ = nullptr;
std::string ReadsTest::member_;

TEST_F(ReadsTest, TheBalanceAsOfAnyInstantIsThatAfterTheNewestEntryOfThen) {
  const auto entries = AllEntries("points");
  ASSERT_GT(entries.size(), 8U);
  for (size_t i = 0; i < entries.size(); ++i) {
    const absl::Time recorded = base::FromTimestamp(entries[i].create_time());
    // Several entries of one instant: the newest of them counts.
    if (i > 0 && base::FromTimestamp(entries[i - 1].create_time()) == recorded) continue;
    const auto at = AsOf(recorded, "points").balances(0);
    EXPECT_EQ(at.balance().seq(), entries[i].seq());
    EXPECT_EQ(at.balance().active(), entries[i].active_after());
    EXPECT_EQ(at.balance().pending(), entries[i].pending_after());
    EXPECT_EQ(at.balance().reserved(), entries[i].reserved_after());
    EXPECT_EQ(base::FromTimestamp(at.record_time()), recorded);
    EXPECT_EQ(at.balance().active() + at.balance().pending() + at.balance().reserved(),
              at.balance().lifetime_earned() - at.balance().lifetime_spent() -
                  at.balance().lifetime_expired());
    EXPECT_LT(AsOf(recorded - absl::Microseconds(1), "points").balances(0).balance().seq(),
              entries[i].seq());
  }
}

TEST_F(ReadsTest, BeforeTheFirstEntryThereIsNothingAndTheFutureIsRefused) {
  const auto before = AsOf(kStart - absl::Hours(1));
  ASSERT_EQ(before.balances_size(), 2);
  EXPECT_EQ(before.balances(0).balance().wallet_type(), "points");
  EXPECT_EQ(before.balances(0).balance().seq(), 0);
  EXPECT_FALSE(before.balances(0).has_record_time());
  auto request = For<v1::GetBalanceAsOfRequest>(member_);
  *request.mutable_time() = base::ToTimestamp(world_->clock.Now() + absl::Seconds(1));
  EXPECT_EQ(world_->ReasonOf(handlers::GetBalanceAsOf, request), "TIME_IN_FUTURE");
  *request.mutable_time() = base::ToTimestamp(world_->clock.Now());
  request.set_wallet_type("none");
  EXPECT_EQ(world_->ReasonOf(handlers::GetBalanceAsOf, request), "WALLET_TYPE_NOT_FOUND");
  request.set_wallet_type("");
  request.set_member_id("mem_01jd0000000000000000000000");
  EXPECT_EQ(world_->ReasonOf(handlers::GetBalanceAsOf, request), "MEMBER_NOT_FOUND");
}

TEST_F(ReadsTest, TheScheduleSumsToTheBalance) {
  const std::string member = world_->Enrol("scheduled");
  ASSERT_TRUE(world_->Earn(member, 100, "s1").ok());
  world_->clock.Advance(absl::Hours(48));
  ASSERT_TRUE(world_->Earn(member, 40, "s2").ok());
  const auto schedule = world_->Ask(handlers::GetSchedule, For<v1::GetScheduleRequest>(member));
  EXPECT_EQ(schedule.balance().active(), 100);
  EXPECT_EQ(schedule.balance().pending(), 40);
  ASSERT_EQ(schedule.rows_size(), 3);
  EXPECT_EQ(schedule.rows(0).activating(), 40);
  EXPECT_EQ(schedule.rows(1).expiring(), 100);
  EXPECT_EQ(schedule.rows(2).expiring(), 40);
  EXPECT_TRUE(schedule.rows(2).has_time());
  world_->EarnMiles(member, 7, "s3");
  auto miles = For<v1::GetScheduleRequest>(member);
  miles.set_wallet_type("miles");
  const auto never = world_->Ask(handlers::GetSchedule, miles);
  ASSERT_EQ(never.rows_size(), 1);
  EXPECT_FALSE(never.rows(0).has_time());
  EXPECT_EQ(never.rows(0).expiring(), 7);
}

TEST_F(ReadsTest, EntriesByKindTimeAndOrder) {
  const auto all = AllEntries("points");
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].seq(), static_cast<int64_t>(all.size() - i));
  }
  auto request = For<v1::ListLedgerEntriesRequest>(member_);
  request.add_kinds(v1::ENTRY_KIND_RESERVE);
  request.add_kinds(v1::ENTRY_KIND_CAPTURE);
  EXPECT_EQ(world_->Ask(handlers::ListLedgerEntries, request).entries_size(), 4);

  request = For<v1::ListLedgerEntriesRequest>(member_);
  *request.mutable_start_time() = all[3].create_time();
  *request.mutable_end_time() = all[0].create_time();
  const auto between = world_->Ask(handlers::ListLedgerEntries, request);
  EXPECT_GT(between.entries_size(), 0);
  for (const auto& entry : between.entries()) {
    const absl::Time recorded = base::FromTimestamp(entry.create_time());
    EXPECT_GE(recorded, base::FromTimestamp(all[3].create_time()));
    EXPECT_LT(recorded, base::FromTimestamp(all[0].create_time()));
  }

  request = For<v1::ListLedgerEntriesRequest>(member_);
  request.set_order_id(all.back().order_id());
  const auto of_order = world_->Ask(handlers::ListLedgerEntries, request);
  ASSERT_EQ(of_order.entries_size(), 1);
  EXPECT_EQ(of_order.entries(0).kind(), v1::ENTRY_KIND_ACCRUAL);
}

TEST_F(ReadsTest, APageTokenIsBoundToItsFilter) {
  auto request = For<v1::ListLedgerEntriesRequest>(member_);
  request.set_page_size(1);
  request.set_page_token(world_->Ask(handlers::ListLedgerEntries, request).next_page_token());
  EXPECT_EQ(world_->Ask(handlers::ListLedgerEntries, request).entries_size(), 1);
  request.add_kinds(v1::ENTRY_KIND_RESERVE);
  EXPECT_EQ(world_->ReasonOf(handlers::ListLedgerEntries, request), "PAGE_TOKEN_INVALID");
}

TEST_F(ReadsTest, OneEntryAndNoneOfAnother) {
  const auto all = AllEntries("points");
  auto request = For<v1::GetEntryRequest>(member_);
  request.set_entry_id(all[2].entry_id());
  EXPECT_EQ(world_->Ask(handlers::GetEntry, request).entry().SerializeAsString(),
            all[2].SerializeAsString());
  request.set_member_id(world_->Enrol("another"));
  EXPECT_EQ(world_->ReasonOf(handlers::GetEntry, request), "ENTRY_NOT_FOUND");
  request.set_member_id(member_);
  request.set_entry_id(base::EncodeId("ent", base::Uuid{1, 2}));
  EXPECT_EQ(world_->ReasonOf(handlers::GetEntry, request), "ENTRY_NOT_FOUND");
}

TEST_F(ReadsTest, AnAccrualIsExplainedByInputsThatGiveTheAmountAgain) {
  for (const std::string wallet_type : {"points", "miles"}) {
    const v1::Entry accrual = AllEntries(wallet_type).back();
    auto request = For<v1::ExplainEntryRequest>(member_);
    request.set_entry_id(accrual.entry_id());
    const auto explained = world_->Ask(handlers::ExplainEntry, request);
    EXPECT_EQ(explained.account(), "issued");
    ASSERT_EQ(explained.campaigns().steps_size(), 1);
    EXPECT_EQ(explained.campaigns().steps(0).campaign().display_name(), "Two per unit");
    EXPECT_EQ(explained.campaigns().steps(0).campaign().version(),
              accrual.rule_results(0).campaign_version());
    EXPECT_EQ(explained.campaigns().steps(0).arithmetic(),
              "15000 minor units hold 150 full steps of 100; times 2 points = 300");
    EXPECT_EQ(explained.campaigns().recomputed_points(), 300);
    EXPECT_EQ(*RecomputePoints(explained.campaigns()), 300);
    EXPECT_EQ(accrual.active_delta() + accrual.pending_delta(), 300);
  }
}

TEST_F(ReadsTest, AnEntryWithoutCampaignsIsExplainedInWords) {
  auto request = For<v1::ExplainEntryRequest>(member_);
  request.set_entry_id(AllEntries("points")[0].entry_id());
  const auto explained = world_->Ask(handlers::ExplainEntry, request);
  EXPECT_EQ(explained.account(), "redeemed");
  EXPECT_EQ(explained.summary(), "redemption, active -10");
  EXPECT_FALSE(explained.has_campaigns());
}

// Last: it earns in another month.
TEST_F(ReadsTest, LiabilityByMonthOfEarningIsTheSumOfAllHeads) {
  world_->clock.Advance(absl::Hours(24 * 25));
  const std::string member = world_->Enrol("owed");
  ASSERT_TRUE(world_->Earn(member, 11, "l1").ok());
  world_->EarnMiles(member, 5, "l2");
  world_->Hold(member_, 3, "l3");
  const auto liability = world_->Ask(handlers::GetLiability, v1::GetLiabilityRequest());
  ASSERT_EQ(liability.wallet_types_size(), 2);
  EXPECT_EQ(liability.wallet_types(0).wallet_type(), "miles");
  for (const auto& type : liability.wallet_types()) {
    const std::string number = type.wallet_type() == "points" ? "1" : "2";
    const std::string sum = world_->database.Admin(
        "SELECT sum(active + pending + reserved) FROM wallets WHERE wallet_no = " + number)[0];
    int64_t by_month = 0;
    for (const auto& cohort : type.cohorts()) {
      EXPECT_FALSE(cohort.month().empty());
      by_month += cohort.outstanding();
    }
    EXPECT_EQ(by_month, std::stoll(sum));
    EXPECT_EQ(by_month, type.active() + type.pending() + type.reserved());
    ASSERT_EQ(type.cohorts_size(), 2);
    EXPECT_EQ(type.cohorts(0).month(), "2026-03");
    EXPECT_EQ(type.cohorts(1).month(), "2026-04");
    EXPECT_EQ(type.cohorts(1).outstanding(), type.wallet_type() == "points" ? 11 : 5);
  }
  EXPECT_GT(liability.wallet_types(1).reserved(), 0);
  v1::GetLiabilityRequest only;
  only.set_wallet_type("miles");
  EXPECT_EQ(world_->Ask(handlers::GetLiability, only).wallet_types_size(), 1);
}

}  // namespace
}  // namespace laurel::members
