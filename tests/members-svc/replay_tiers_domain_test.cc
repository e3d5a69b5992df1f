// Where members stand by what they were given, and where they would stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/replay_tiers.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Downgrade = v1::TierDowngrade;
using Second = absl::CivilSecond;

const base::Uuid kAda{1, 1}, kBob{1, 2}, kCid{1, 3};

ProgramRules Rules() {
  ProgramRules rules;
  rules.time_zone = absl::UTCTimeZone();
  rules.wallet_types.resize(1);
  rules.wallet_types[0].wallet_no = 1;
  rules.wallet_types[0].policy.set_code("points");
  return rules;
}

v1::TierSet Spend(const std::vector<int64_t>& thresholds) {
  return SetOf(thresholds, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
}

// The year 2026, made after its end, with a tier set of the programme (none: no tiers) and a draft.
v1::Replay ReplayOf(const v1::TierSet& saved, const v1::TierSet& draft = {}) {
  v1::Replay replay;
  base::SetTimestamp(absl::FromUnixMicros(Us(Second(2026, 1, 1))), replay.mutable_start_time());
  base::SetTimestamp(absl::FromUnixMicros(Us(Second(2026, 12, 31))), replay.mutable_end_time());
  base::SetTimestamp(absl::FromUnixMicros(Us(Second(2027, 2, 1))), replay.mutable_create_time());
  v1::ReplayedTierSet& kept = *replay.add_tier_sets();
  if (saved.tiers_size() > 0) *kept.add_versions() = saved;
  if (draft.tiers_size() > 0) *kept.mutable_draft() = draft;
  return replay;
}

struct Bought {
  base::Uuid member;
  int64_t amount = 0;
  TriedPoints points = {};
  Second at = Second(2026, 3, 1, 12);
};
v1::ReplayTierSet Replayed(const v1::Replay& replay, const std::vector<Bought>& orders,
                           const JoinTimes& joined = {}) {
  const ProgramRules rules = Rules();
  TierReplay tiers(rules, replay);
  for (const Bought& order : orders) {
    tiers.Add(order.member,
              {.occur_us = Us(order.at), .left_minor_units = order.amount, .store = {}},
              [&](int wallet_no) { return wallet_no == 1 ? order.points : TriedPoints{}; });
  }
  v1::ReplayResult result;
  tiers.Finish(joined, &result);
  EXPECT_EQ(result.tier_sets_size(), 1);
  return result.tier_sets(0);
}

// "silver 1>3": its members as given and as replayed.
std::vector<std::string> TiersOf(const v1::ReplayTierSet& set) {
  std::vector<std::string> out;
  for (const v1::ReplayTier& tier : set.tiers()) {
    out.push_back(
        absl::StrCat(tier.tier(), " ", tier.members_given(), ">", tier.members_replayed()));
  }
  return out;
}
// "bronze>silver up 2".
std::vector<std::string> MovesOf(const v1::ReplayTierSet& set) {
  std::vector<std::string> out;
  for (const v1::ReplayTierMove& move : set.moves()) {
    out.push_back(absl::StrCat(move.from_tier(), ">", move.to_tier(), move.up() ? " up " : " ",
                               move.members()));
  }
  return out;
}

TEST(ReplayTiers, ADraftIsComparedWithWhereMembersStood) {
  const v1::ReplayTierSet set =
      Replayed(ReplayOf(Spend({0, 10000, 50000}), Spend({0, 4000, 70000})),
               {{kAda, 5000}, {kBob, 12000}, {kCid, 60000}});
  EXPECT_EQ(set.code(), "club");
  EXPECT_TRUE(set.draft());
  EXPECT_THAT(TiersOf(set), ElementsAre("bronze 1>0", "silver 1>3", "gold 1>0"));
  EXPECT_THAT(MovesOf(set), ElementsAre("bronze>silver up 1", "gold>silver 1"));
  EXPECT_EQ(set.members_higher(), 1);
  EXPECT_EQ(set.members_lower(), 1);
  EXPECT_EQ(set.rises_given(), 2);
  EXPECT_EQ(set.rises_replayed(), 3);
  EXPECT_EQ(set.falls_given() + set.falls_replayed(), 0);
}

TEST(ReplayTiers, PointsLiftWhoEarnsMore) {
  v1::TierSet points = Spend({0, 100, 500});
  points.set_metric(v1::TIER_METRIC_POINTS_EARNED);
  points.set_wallet_type("points");
  const v1::ReplayTierSet set = Replayed(
      ReplayOf(points),
      {{kAda, 1, {60, 120}}, {kBob, 1, {60, 60}}, {kBob, 1, {39, 39}}, {kCid, 1, {100, 0}}});
  EXPECT_FALSE(set.draft());
  EXPECT_THAT(TiersOf(set), ElementsAre("bronze 2>2", "silver 1>1", "gold 0>0"));
  EXPECT_THAT(MovesOf(set), ElementsAre("bronze>silver up 1", "silver>bronze 1"));
  EXPECT_EQ(set.rises_given(), 1);
  EXPECT_EQ(set.rises_replayed(), 1);
}

TEST(ReplayTiers, WhatFellAgainHadRisen) {
  v1::TierSet month = SetOf({0, 10000}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  month.set_window_months(1);
  v1::TierSet ever = SetOf({0, 10000}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  const v1::ReplayTierSet set =
      Replayed(ReplayOf(month, ever), {{kAda, 12000, {}, Second(2026, 1, 5)},
                                       {kAda, 12000, {}, Second(2026, 6, 5)},
                                       {kBob, 12000, {}, Second(2026, 12, 20)}});
  EXPECT_THAT(TiersOf(set), ElementsAre("bronze 1>0", "silver 1>2"));
  EXPECT_EQ(set.rises_given(), 3);
  EXPECT_EQ(set.falls_given(), 2);
  EXPECT_EQ(set.rises_replayed(), 2);
  EXPECT_EQ(set.falls_replayed(), 0);
}

TEST(ReplayTiers, ANewTierSetIsComparedWithNothing) {
  const v1::ReplayTierSet set =
      Replayed(ReplayOf({}, Spend({0, 10000})), {{kAda, 5}, {kBob, 10000}});
  EXPECT_THAT(TiersOf(set), ElementsAre("bronze 0>1", "silver 0>1"));
  EXPECT_THAT(MovesOf(set), IsEmpty());
  EXPECT_EQ(set.members_higher() + set.members_lower() + set.rises_given(), 0);
}

TEST(ReplayTiers, TiersThatTheDraftLacksAreComparedByTheirPlace) {
  v1::TierSet draft = Spend({0, 10000});
  draft.mutable_tiers(0)->set_code("basic");
  const v1::ReplayTierSet set = Replayed(ReplayOf(Spend({0, 10000, 50000}), draft),
                                         {{kAda, 5}, {kBob, 20000}, {kCid, 50000}});
  EXPECT_THAT(TiersOf(set), ElementsAre("basic 0>1", "silver 1>2", "bronze 1>0", "gold 1>0"));
  EXPECT_THAT(MovesOf(set), ElementsAre("bronze>basic 1", "gold>silver 1"));
  EXPECT_EQ(set.members_higher(), 0);
  EXPECT_EQ(set.members_lower(), 1) << "the lowest is the lowest, whatever it is called";
}

TEST(ReplayTiers, ItCountsFromJoiningUnlessThatCameAfterAll) {
  const v1::TierSet since = SetOf({0, 10000}, v1::TIER_WINDOW_SINCE_JOINING, Downgrade::FORM_NONE);
  const v1::ReplayTierSet set =
      Replayed(ReplayOf(since), {{kAda, 12000}, {kBob, 12000}, {kCid, 12000}},
               {{kAda, Us(Second(2026, 1, 1))},
                {kBob, Us(Second(2026, 3, 2))},
                {kCid, Us(Second(2027, 1, 20))}});
  EXPECT_THAT(TiersOf(set), ElementsAre("bronze 1>1", "silver 2>2"));
}

TEST(ReplayTiers, ALaterVersionHoldsFromItsTime) {
  v1::Replay replay = ReplayOf(Spend({0, 10000}));
  v1::TierSet later = Spend({0, 20000});
  later.set_version(2);
  base::SetTimestamp(absl::FromUnixMicros(Us(Second(2026, 6, 1))), later.mutable_start_time());
  *replay.mutable_tier_sets(0)->add_versions() = later;
  const std::vector<Bought> orders = {{kAda, 12000}, {kBob, 12000, {}, Second(2026, 7, 1)}};
  EXPECT_THAT(TiersOf(Replayed(replay, orders)), ElementsAre("bronze 1>1", "silver 1>1"));
  base::SetTimestamp(absl::FromUnixMicros(Us(Second(2026, 5, 1))), replay.mutable_end_time());
  EXPECT_THAT(TiersOf(Replayed(replay, {{kAda, 12000}})), ElementsAre("bronze 0>0", "silver 1>1"));
}

std::vector<std::string> PathsOf(const absl::Status& invalid) {
  EXPECT_EQ(status::ReasonOf(invalid), "TIER_SET_INVALID");
  google::rpc::BadRequest bad;
  const auto payload = invalid.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload || !bad.ParseFromString(std::string(*payload))) return {};
  std::vector<std::string> paths;
  for (const auto& violation : bad.field_violations()) paths.push_back(violation.field());
  return paths;
}

TEST(ReplayTiers, ADraftTakesThePlaceOfItsCodeAndIsRefusedByItsPath) {
  const std::vector<TierVersions> saved = {
      {RulesOf(Spend({0, 1})), RulesOf(Spend({0, 2}), Us(Second(2026, 1, 1)))}};
  v1::CreateReplayRequest request;
  *request.add_tier_sets() = Spend({0, 7});
  *request.add_tier_sets() = Spend({0, 8});
  request.mutable_tier_sets(1)->set_code("other");
  v1::Replay replay;
  ASSERT_EQ(KeepTierSets(saved, request.tier_sets(), Rules(), absl::UnixEpoch(), &replay),
            absl::OkStatus());
  ASSERT_EQ(replay.tier_sets_size(), 2);
  EXPECT_EQ(replay.tier_sets(0).versions_size(), 2);
  EXPECT_EQ(replay.tier_sets(0).draft().tiers(1).threshold(), 7);
  EXPECT_EQ(replay.tier_sets(1).versions_size(), 0);
  EXPECT_EQ(replay.tier_sets(1).draft().code(), "other");

  const auto refused = [&] {
    v1::Replay none;
    return PathsOf(KeepTierSets(saved, request.tier_sets(), Rules(), absl::UnixEpoch(), &none));
  };
  request.mutable_tier_sets(1)->mutable_tiers(1)->set_threshold(0);
  EXPECT_THAT(refused(), ElementsAre("tierSets[1].tiers[1].threshold"));
  *request.mutable_tier_sets(1) = Spend({0, 9});
  EXPECT_THAT(refused(), ElementsAre("tierSets[1].code"));
}

}  // namespace
}  // namespace laurel::members::testing
