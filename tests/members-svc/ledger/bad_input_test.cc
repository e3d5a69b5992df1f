// Bad input, operation by operation: each is refused with its documented reason, and nothing has
// moved: no head, entry, reservation, order, counter or event.
#include "tests/members-svc/ledger/bad_input.h"

#include <gtest/gtest.h>

#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

using absl::StatusCode;
using testing::Args;
using testing::BadInputTest;
using testing::kHighest;
using testing::kLowest;
using testing::kMost;
using testing::kProgram;
using testing::Op;
using testing::Scene;

TEST_F(BadInputTest, AnAmountThatIsNoneIsRefused) {
  const Scene& scene = NextScene();
  for (const Op& op : ops_) {
    if (op.amount == Op::Amount::kNone) continue;
    std::vector<int64_t> amounts = {kLowest, -kMost - 1, kMost + 1, kHighest};
    if (op.amount != Op::Amount::kSigned) amounts.insert(amounts.end(), {-1, -kMost});
    if (op.amount != Op::Amount::kZeroIsAll) amounts.push_back(0);
    for (const int64_t amount : amounts) {
      ExpectRefused(op.name, scene, {.amount = amount}, StatusCode::kInvalidArgument,
                    "INVALID_REQUEST");
    }
  }
}

TEST_F(BadInputTest, WhatDoesNotExistIsNotFound) {
  const Scene& scene = NextScene();
  const std::string nobody = base::EncodeId("mem", base::Uuid{0x0123456789007001, 1ULL << 63});
  for (const Op& op : ops_) {
    const auto not_found = [&](const Args& args, const std::string& reason) {
      ExpectRefused(op.name, scene, args, StatusCode::kNotFound, reason);
    };
    const auto invalid = [&](const Args& args) {
      ExpectRefused(op.name, scene, args, StatusCode::kInvalidArgument, "INVALID_REQUEST");
    };
    if (op.name != "capture" && op.name != "release" && op.name != "reverse") {
      not_found({.type = "nowhere"}, "WALLET_TYPE_NOT_FOUND");
      invalid({.type = "No Where"});
    }
    not_found({.member = nobody}, "MEMBER_NOT_FOUND");
    not_found({.program = "prg_01jd0000000000000000000001"}, "PROGRAM_NOT_FOUND");
    invalid({.member = "nobody"});
    if (op.no_such_ref.empty()) continue;
    not_found({.ref = op.no_such_id}, op.no_such_ref);
    invalid({.ref = "none"});
    // What is another member's is not there either.
    if (op.name != "transfer") not_found({.member = scene.other}, op.no_such_ref);
  }
}

TEST_F(BadInputTest, ARequestIdWithOtherContentIsRefusedAndWithTheSameAnswered) {
  for (const Op& op : ops_) {
    const Scene& scene = NextScene();
    const Args first{.request_id = "once"};
    const absl::Status done = op.run(scene, first);
    ASSERT_TRUE(done.ok()) << op.name << ": " << done;
    Args other = first;
    if (op.amount != Op::Amount::kNone) {
      other.amount = 6;
    } else if (op.name == "release") {
      other.ref = scene.reservation2;
    } else {
      other.reason = "another";
    }
    ExpectRefused(op.name, scene, other, StatusCode::kInvalidArgument, "REQUEST_ID_REUSED");
    const std::string before = State();
    EXPECT_TRUE(op.run(scene, first).ok()) << op.name;
    EXPECT_EQ(State(), before) << op.name;
  }
}

TEST_F(BadInputTest, WhatHasEndedHasEnded) {
  const Scene& scene = NextScene();
  const auto refused = [&](const std::string& op, const Args& args, const std::string& reason) {
    ExpectRefused(op, scene, args, StatusCode::kFailedPrecondition, reason);
  };
  refused("capture", {.amount = 51}, "CAPTURE_EXCEEDS_RESERVATION");
  ASSERT_TRUE(Do("capture", scene, {.amount = 20}).ok());
  for (const int64_t amount : {0, 1, 30, 51}) {
    refused("capture", {.amount = amount}, "RESERVATION_ENDED");
  }
  refused("release", {}, "RESERVATION_ENDED");
  ASSERT_TRUE(Do("release", scene, {.ref = scene.reservation2}).ok());
  refused("capture", {.amount = 0, .ref = scene.reservation2}, "RESERVATION_ENDED");
  refused("release", {.ref = scene.reservation2}, "RESERVATION_ENDED");
  ASSERT_TRUE(Do("refund", scene).ok());
  refused("refund", {}, "ALREADY_REFUNDED");
  refused("reverse", {.ref = scene.spend}, "ALREADY_REFUNDED");
  ASSERT_TRUE(Do("reverse", scene).ok());
  refused("reverse", {}, "ALREADY_REVERSED");
  ASSERT_TRUE(Do("adjust", scene).ok());
  const std::string adjustment = world_->Entries(scene.member, "points")[0].entry_id();
  ASSERT_TRUE(Do("reverse", scene, {.ref = adjustment}).ok());
  refused("reverse", {.ref = adjustment}, "ALREADY_REVERSED");
  ASSERT_TRUE(Do("reinstate", scene).ok());
  refused("reinstate", {}, "ALREADY_REINSTATED");
  ASSERT_TRUE(Do("activate", scene).ok());
  refused("activate", {}, "NOT_PENDING");
  refused("cancel", {}, "NOT_PENDING");
  ASSERT_TRUE(Do("claw back", scene, {.amount = 400}).ok());
  refused("claw back", {.amount = 601}, "CLAW_BACK_EXCEEDS_ACCRUAL");
  refused("reverse", {.ref = scene.accrual}, "ENTRY_CORRECTED");
}

TEST_F(BadInputTest, AReservationThatHasRunOutIsNotCaptured) {
  const Scene& scene = NextScene();
  const std::string reservation = Hold(scene.member, 10);
  world_->clock.Advance(absl::Seconds(901));
  ExpectRefused("capture", scene, {.ref = reservation}, StatusCode::kFailedPrecondition,
                "RESERVATION_ENDED");
}

TEST_F(BadInputTest, WhatIsNotThereIsNotTaken) {
  const Scene& scene = NextScene();
  const auto refused = [&](const std::string& op, const Args& args, const std::string& reason) {
    ExpectRefused(op, scene, args, StatusCode::kFailedPrecondition, reason);
  };
  ASSERT_EQ(world_->BalanceOf(scene.member).active(), 770);
  for (const std::string op : {"spend", "reserve", "transfer"}) {
    refused(op, {.amount = 771}, "INSUFFICIENT_POINTS");
    refused(op, {.amount = kMost}, "INSUFFICIENT_POINTS");
  }
  refused("adjust", {.amount = -771}, "INSUFFICIENT_POINTS");
  refused("adjust", {.amount = -kMost}, "INSUFFICIENT_POINTS");
  refused("contribute", {.amount = 501}, "INSUFFICIENT_POINTS");
  refused("contribute", {.type = "points"}, "WALLET_TYPE_NOT_POOLED");
  refused("claw back", {.amount = 1001}, "CLAW_BACK_EXCEEDS_ACCRUAL");
  refused("claw back", {.amount = kMost}, "CLAW_BACK_EXCEEDS_ACCRUAL");
  refused("transfer", {.type = "waiting"}, "TRANSFERS_NOT_ALLOWED");
  ExpectRefused("transfer", scene, {.ref = scene.member}, StatusCode::kInvalidArgument,
                "SAME_MEMBER");
}

TEST_F(BadInputTest, ABalanceNeverLeavesWhatCanBeCounted) {
  const Scene& scene = NextScene();
  const auto refused = [&](const std::string& op, const Args& args) {
    ExpectRefused(op, scene, args, StatusCode::kOutOfRange, "POINTS_OVERFLOW");
  };
  const std::string rich = world_->Enrol("rich");
  Earn(rich, 1, "points");
  SetActive(rich, 1, kMaxBalance - 10);
  for (const int64_t amount : {int64_t{11}, kMost}) {
    refused("earn", {.amount = amount, .member = rich});
    refused("adjust", {.amount = amount, .member = rich});
  }
  refused("transfer", {.amount = 11, .ref = rich});
  EXPECT_TRUE(Do("earn", scene, {.amount = 10, .member = rich}).ok());
  EXPECT_EQ(world_->BalanceOf(rich).active(), kMaxBalance);
  refused("earn", {.amount = 1, .member = rich});

  SetActive(scene.member, 1, kMaxBalance - 50);
  refused("refund", {});
  refused("reverse", {});
  refused("reinstate", {});
  ASSERT_TRUE(Do("contribute", scene, {.amount = 5}).ok());
  SetActive(scene.household, 2, kMaxBalance - 3);
  refused("contribute", {.amount = 4});
  EXPECT_TRUE(Do("contribute", scene, {.amount = 3}).ok());
}

TEST_F(BadInputTest, OfABatchOnlyWhatIsBadIsRefused) {
  const Scene& scene = NextScene();
  const int64_t active = world_->BalanceOf(scene.member).active();
  v1::BatchPostPointsRequest request;
  request.set_program_id(kProgram);
  const auto post = [&](int64_t earn, int64_t spend) {
    const auto fill = [&](auto* one, int64_t amount) {
      one->set_program_id(kProgram);
      one->set_member_id(scene.member);
      one->set_request_id(NewId());
      one->set_amount(amount);
    };
    auto* item = request.add_posts();
    earn > 0 ? fill(item->mutable_earn(), earn) : fill(item->mutable_spend(), spend);
  };
  post(7, 0);
  post(0, kMost);
  post(0, 3);
  v1::BatchPostPointsResponse response;
  ASSERT_TRUE(world_->process->Call(handlers::BatchPostPoints, request, &response).ok());
  EXPECT_TRUE(response.results(0).has_entry());
  EXPECT_EQ(response.results(1).error().code(), static_cast<int>(StatusCode::kFailedPrecondition));
  EXPECT_TRUE(response.results(2).has_entry());
  EXPECT_EQ(world_->BalanceOf(scene.member).active(), active + 4);
}

TEST_F(BadInputTest, WhatHappenedInTheFutureOrTooLongAgoIsRefused) {
  const Scene& scene = NextScene();
  const absl::Time now = world_->clock.Now();
  for (const absl::Time when : {now + absl::Seconds(61), now - absl::Hours(24 * 4000)}) {
    v1::EarnPointsRequest earn;
    earn.set_amount(1);
    *earn.mutable_occur_time() = base::ToTimestamp(when);
    ExpectRefused("earn", StatusCode::kInvalidArgument, "OCCUR_TIME_OUT_OF_RANGE", [&] {
      return Send<v1::EarnPointsResponse>(handlers::EarnPoints, earn, scene.member, {}).status();
    });
    v1::SpendPointsRequest spend;
    spend.set_amount(1);
    *spend.mutable_occur_time() = base::ToTimestamp(when);
    ExpectRefused("spend", StatusCode::kInvalidArgument, "OCCUR_TIME_OUT_OF_RANGE", [&] {
      return Send<v1::SpendPointsResponse>(handlers::SpendPoints, spend, scene.member, {}).status();
    });
  }
}

TEST_F(BadInputTest, AnOrderOfAnotherCurrencyOrWithoutMeaningIsRefused) {
  const Scene& scene = NextScene();
  v1::RecordOrderRequest good;
  good.set_currency_code("USD");
  good.add_lines()->set_sku("1");
  good.mutable_lines(0)->set_amount_minor_units(100);
  const auto refused = [&](const std::string& reason, auto change) {
    v1::RecordOrderRequest order = good;
    change(order);
    ExpectRefused(order.ShortDebugString(), StatusCode::kInvalidArgument, reason, [&] {
      return Send<v1::RecordOrderResponse>(handlers::RecordOrder, order, scene.member, {}).status();
    });
  };
  refused("CURRENCY_MISMATCH", [](auto& order) { order.set_currency_code("EUR"); });
  refused("CURRENCY_MISMATCH", [](auto& order) { order.set_currency_code("XXX"); });
  refused("INVALID_REQUEST", [](auto& order) { order.set_currency_code("dollars"); });
  refused("INVALID_REQUEST", [](auto& order) { order.clear_lines(); });
  for (const int64_t amount : {int64_t{-1}, kLowest, kHighest}) {
    refused("INVALID_REQUEST",
            [&](auto& order) { order.mutable_lines(0)->set_amount_minor_units(amount); });
    refused("INVALID_REQUEST",
            [&](auto& order) { order.mutable_lines(0)->set_quantity_thousandths(amount); });
    refused("INVALID_REQUEST", [&](auto& order) { order.set_delivery_charge_minor_units(amount); });
  }
  refused("OCCUR_TIME_OUT_OF_RANGE", [&](auto& order) {
    *order.mutable_occur_time() = base::ToTimestamp(world_->clock.Now() + absl::Seconds(61));
  });
  EXPECT_TRUE(Send<v1::RecordOrderResponse>(handlers::RecordOrder, good, scene.member, {}).ok());
}

// Last: its campaign stays.
TEST_F(BadInputTest, CampaignsAndWalletTypesThatExpireBeforeTheyBegin) {
  const Scene& scene = NextScene();
  const auto bad = [](auto* expiry) {
    expiry->set_form(v1::ExpiryPolicy::FORM_FIXED_DATES);
    expiry->add_fixed_dates("2026-03-20");
  };
  v1::CreateCampaignRequest campaign;
  campaign.set_program_id(kProgram);
  campaign.set_activate(true);
  campaign.mutable_campaign()->set_display_name("early");
  campaign.mutable_campaign()->mutable_points_per_amount()->set_points(1000000);
  campaign.mutable_campaign()->mutable_points_per_amount()->set_step_minor_units(1);
  v1::CreateCampaignResponse created;
  const auto create = [&] {
    campaign.set_request_id(NewId());
    return handlers::CreateCampaign(world_->process->deps, world_->process->call, campaign,
                                    &created);
  };
  campaign.mutable_campaign()->mutable_lots()->mutable_pending()->set_days(40);
  bad(campaign.mutable_campaign()->mutable_lots()->mutable_expiry());
  ExpectRefused("campaign", StatusCode::kInvalidArgument, "CAMPAIGN_INVALID", create);
  v1::CreateWalletTypeRequest type;
  type.set_program_id(kProgram);
  type.set_request_id(NewId());
  *type.mutable_wallet_type() = testing::TypeOf("early");
  type.mutable_wallet_type()->set_pending_days(40);
  bad(type.mutable_wallet_type()->mutable_expiry());
  ExpectRefused("wallet type", StatusCode::kInvalidArgument, "WALLET_TYPE_INVALID", [&] {
    v1::CreateWalletTypeResponse response;
    return handlers::CreateWalletType(world_->process->deps, world_->process->call, type,
                                      &response);
  });

  // A million points for each cent: more than can be counted.
  campaign.mutable_campaign()->clear_lots();
  ASSERT_TRUE(create().ok());
  Changed();
  v1::RecordOrderRequest order;
  order.set_currency_code("USD");
  for (int i = 0; i < 100; ++i) {
    order.add_lines()->set_sku("1");
    order.mutable_lines(i)->set_amount_minor_units(100000000000);
  }
  ExpectRefused("order", StatusCode::kOutOfRange, "POINTS_OVERFLOW", [&] {
    return Send<v1::RecordOrderResponse>(handlers::RecordOrder, order, scene.member, {}).status();
  });
}

}  // namespace
}  // namespace laurel::members
