// The rules of referrals and codes, without a database.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "referrals-svc/domain/code.h"
#include "referrals-svc/domain/referral.h"

namespace laurel::referrals {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1790000000);

TEST(Code, HasEightCharactersThatNobodyMistakesForOthers) {
  base::IdSource ids(7);
  std::set<std::string> codes;
  for (int i = 0; i < 2000; ++i) {
    const auto code = CodeFrom(ids.RandomBytes(kCodeEntropyBytes));
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(code->size(), 8U);
    EXPECT_EQ(code->find_first_of("01ILOU"), std::string::npos) << *code;
    EXPECT_EQ(NormaliseCode(*code), code);
    codes.insert(*code);
  }
  EXPECT_EQ(codes.size(), 2000U);
}

TEST(Code, EveryCharacterIsEquallyLikely) {
  std::map<char, int> seen;
  for (int byte = 0; byte < 256; ++byte) {
    const auto code = CodeFrom(std::string(kCodeLength, static_cast<char>(byte)));
    if (code) ++seen[code->front()];
  }
  EXPECT_EQ(seen.size(), 30U);
  for (const auto& [character, count] : seen) EXPECT_EQ(count, 8) << character;
}

TEST(Code, IsReadAsPeopleTypeIt) {
  EXPECT_EQ(NormaliseCode("abcd-2345"), "ABCD2345");
  EXPECT_EQ(NormaliseCode(" ABCD 2345 "), "ABCD2345");
  EXPECT_EQ(NormaliseCode("ABCD234"), std::nullopt);
  EXPECT_EQ(NormaliseCode("ABCD23456"), std::nullopt);
  EXPECT_EQ(NormaliseCode("ABCD2340"), std::nullopt);
  EXPECT_EQ(NormaliseCode(""), std::nullopt);
}

Registration Possible() {
  Registration registration;
  registration.referrer_id = {1, 1};
  registration.referee_id = {2, 2};
  registration.join_time = kStart;
  return registration;
}

std::string Reason(const Registration& registration, absl::Time now = kStart) {
  return status::ReasonOf(CheckRegistration(registration, now));
}

TEST(Registration, IsRefusedForOneReasonInAFixedOrder) {
  EXPECT_EQ(Reason(Possible()), "");
  Registration r = Possible();
  const absl::Time too_late = kStart + absl::Hours(24 * 30) + absl::Microseconds(1);
  EXPECT_EQ(Reason(r, kStart + absl::Hours(24 * 30)), "");
  EXPECT_EQ(Reason(r, too_late), "REGISTRATION_CLOSED");
  r.referee_is_ancestor = true;
  EXPECT_EQ(Reason(r, too_late), "REFERRAL_CYCLE");
  r.already_referred = true;
  EXPECT_EQ(Reason(r, too_late), "ALREADY_REFERRED");
  r.referrer_id = r.referee_id;
  EXPECT_EQ(Reason(r, too_late), "SELF_REFERRAL");
}

TEST(Qualification, AsksForTimeTotalAndChannel) {
  OpenReferral referral;
  referral.create_time = kStart;
  v1::Qualification rules;
  rules.set_min_order_minor_units(1000);
  rules.add_channels("web");
  rules.add_channels("app");
  rules.set_within_days(2);
  const auto qualifies = [&](absl::Duration after, int64_t total, const char* channel) {
    events::v1::OrderRecorded order;
    base::SetTimestamp(kStart + after, order.mutable_occur_time());
    order.set_total_minor_units(total);
    order.set_channel(channel);
    return Qualifies(referral, rules, order);
  };
  EXPECT_TRUE(qualifies(absl::ZeroDuration(), 1000, "web"));
  EXPECT_TRUE(qualifies(absl::Hours(48), 5000, "app"));
  EXPECT_FALSE(qualifies(-absl::Microseconds(1), 1000, "web"));
  EXPECT_FALSE(qualifies(absl::Hours(48) + absl::Microseconds(1), 1000, "web"));
  EXPECT_FALSE(qualifies(absl::ZeroDuration(), 999, "web"));
  EXPECT_FALSE(qualifies(absl::ZeroDuration(), 1000, "store"));
  EXPECT_FALSE(qualifies(absl::ZeroDuration(), 1000, ""));
  rules.clear_channels();
  rules.set_within_days(0);
  EXPECT_TRUE(qualifies(absl::Hours(24 * 4000), 1000, "store"));
}

TEST(Program, WritesItsDefaultsOut) {
  v1::ReferralProgram program;
  program.set_display_name("Friends");
  const auto complete = CompleteProgram(program);
  ASSERT_TRUE(complete.ok());
  EXPECT_EQ(complete->wallet_type(), "points");
  EXPECT_EQ(complete->registration_days(), 30);
  program.set_display_name("  ");
  program.mutable_qualification()->add_channels("");
  EXPECT_EQ(status::ReasonOf(CompleteProgram(program).status()), "INVALID_REQUEST");
}

TEST(Payouts, AreOnePerSideThatGetsPoints) {
  OpenReferral referral;
  referral.bucket = 7;
  referral.referee_id = {2, 2};
  referral.referral_id = {3, 3};
  referral.referrer_id = {1, 1};
  v1::ReferralProgram program;
  program.set_wallet_type("stars");
  program.set_referee_points(50);
  const auto payouts = PayoutsOf(referral, program);
  ASSERT_EQ(payouts.size(), 1U);
  EXPECT_EQ(payouts[0].member_id, referral.referee_id);
  EXPECT_EQ(payouts[0].amount, 50);
  EXPECT_EQ(payouts[0].wallet_type, "stars");
  EXPECT_EQ(payouts[0].bucket, 7);
  program.set_referrer_points(1);
  EXPECT_EQ(PayoutsOf(referral, program).size(), 2U);
}

}  // namespace
}  // namespace laurel::referrals
