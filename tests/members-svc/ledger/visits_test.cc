// Visits: a receipt that is split into many small orders is one visit.
#include "members-svc/domain/visits.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace laurel::members {
namespace {

constexpr absl::Duration kWindow = absl::Minutes(240);
const base::Uuid kAnna{1, 1};
const base::Uuid kBert{1, 2};

int64_t At(const std::string& time) {
  absl::Time out;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", time, &out, &error)) << error;
  return absl::ToUnixMicros(out);
}

TEST(Visits, FiveReceiptsWithinTenMinutesAreOneVisit) {
  const auto visits =
      VisitsOf({At("2026-03-10 10:00:00"), At("2026-03-10 10:02:00"), At("2026-03-10 10:04:00"),
                At("2026-03-10 10:06:00"), At("2026-03-10 10:10:00")},
               kWindow);
  ASSERT_EQ(visits.size(), 1u);
  EXPECT_EQ(visits[0].begin_us, At("2026-03-10 10:00:00"));
  EXPECT_EQ(visits[0].orders, 5);
}

TEST(Visits, AVisitEndsOneWindowAfterItsFirstOrderAndDoesNotSlide) {
  const auto visits = VisitsOf(
      {At("2026-03-10 10:00:00"), At("2026-03-10 13:00:00"), At("2026-03-10 13:59:59.999999"),
       At("2026-03-10 14:00:00"), At("2026-03-10 17:00:00")},
      kWindow);
  ASSERT_EQ(visits.size(), 2u);
  EXPECT_EQ(visits[0].orders, 3);
  EXPECT_EQ(visits[1].begin_us, At("2026-03-10 14:00:00"));
  EXPECT_EQ(visits[1].orders, 2);
}

TEST(Visits, NoOrdersAreNoVisits) { EXPECT_TRUE(VisitsOf({}, kWindow).empty()); }

TEST(Visits, StoresAndMembersAreCountedApart) {
  const int64_t ten = At("2026-03-10 10:00:00");
  const std::vector<StorePurchase> purchases = {
      {kAnna, "s1", ten}, {kAnna, "s2", ten + 1}, {kBert, "s1", ten + 2}};
  EXPECT_TRUE(SplitDaysOf(purchases, kWindow, absl::UTCTimeZone()).empty());
}

TEST(Visits, WhoSplitsMostStandsFirst) {
  std::vector<StorePurchase> purchases;
  const auto buy = [&](const base::Uuid& member, const std::string& store, const char* time,
                       int times) {
    for (int i = 0; i < times; ++i) purchases.push_back({member, store, At(time) + i});
  };
  buy(kAnna, "s1", "2026-03-10 10:00:00", 3);
  buy(kAnna, "s1", "2026-03-10 20:00:00", 1);
  buy(kAnna, "s1", "2026-03-11 10:00:00", 1);  // nothing split: not told of
  buy(kBert, "s1", "2026-03-10 10:00:00", 2);
  buy(kBert, "s2", "2026-03-12 10:00:00", 5);
  const std::vector<SplitDay> expected = {
      {kBert, "s2", absl::CivilDay(2026, 3, 12), 1, 5, 5},
      {kAnna, "s1", absl::CivilDay(2026, 3, 10), 2, 4, 3},
      {kBert, "s1", absl::CivilDay(2026, 3, 10), 1, 2, 2},
  };
  EXPECT_EQ(SplitDaysOf(purchases, kWindow, absl::UTCTimeZone()), expected);
}

TEST(Visits, AVisitBelongsToTheDayOnWhichItBeganInTheProgrammesZone) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  // 23:30 UTC is half past midnight of the next day in Berlin.
  const auto days = SplitDaysOf(
      {{kAnna, "s1", At("2026-03-10 23:30:00")}, {kAnna, "s1", At("2026-03-11 01:00:00")}}, kWindow,
      berlin);
  ASSERT_EQ(days.size(), 1u);
  EXPECT_EQ(days[0].day, absl::CivilDay(2026, 3, 11));
}

RC_GTEST_PROP(VisitsProperty, EveryOrderIsInOneVisitWhateverTheOrderOfTheirComing, ()) {
  const auto window = absl::Minutes(*rc::gen::inRange(1, 600));
  auto times = *rc::gen::container<std::vector<int64_t>>(
      rc::gen::inRange<int64_t>(0, 3 * 86400LL * 1000000));
  const auto visits = VisitsOf(times, window);
  int64_t orders = 0;
  for (size_t i = 0; i < visits.size(); ++i) {
    orders += visits[i].orders;
    RC_ASSERT(visits[i].orders >= 1);
    if (i > 0) {
      RC_ASSERT(visits[i].begin_us - visits[i - 1].begin_us >= absl::ToInt64Microseconds(window));
    }
  }
  RC_ASSERT(orders == static_cast<int64_t>(times.size()));
  std::reverse(times.begin(), times.end());
  const auto again = VisitsOf(times, window);
  RC_ASSERT(again.size() == visits.size());
  // Splitting an order into two at the same instant makes no visit more.
  if (!times.empty()) {
    times.push_back(times.front());
    RC_ASSERT(VisitsOf(times, window).size() == visits.size());
  }
}

}  // namespace
}  // namespace laurel::members
