// Occasions by the calendar: each member's once, whatever is missed, run again or at once.
#include "tests/members-svc/occasions/fixture.h"

namespace laurel::members::testing {
namespace {

using absl::CivilDay;

class DailyOccasionsTest : public OccasionTest {
 protected:
  static v1::Campaign Birthday(int64_t points) {
    v1::Campaign campaign = Fixed(points);
    campaign.mutable_trigger()->mutable_birthday();
    return campaign;
  }
  void RunDays() {
    Process& process = *world_.process;
    DailyOccasions occasions({*process.pool, process.clock, process.keys, process.index});
    DailyWork work({*process.pool, process.clock, process.ids, process.ledger, process.campaigns,
                    process.relay, &occasions},
                   {.slices = 1024, .round = absl::Minutes(1)});
    const std::atomic<bool> stopping = false;
    for (auto more = work.Round(stopping);; more = work.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
};

TEST_F(DailyOccasionsTest, ABirthdayIsKeptOnceAYear) {
  MakeProgram();
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1990, 5, 17);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 16)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 17)), 1);
  EXPECT_EQ(PointsOf(member), 10);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 17)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 18)), 0);
  EXPECT_EQ(PointsOf(member), 10);
  EXPECT_EQ(OnDay(member, CivilDay(2027, 5, 17)), 1);
  EXPECT_EQ(PointsOf(member), 20);
}

TEST_F(DailyOccasionsTest, ABirthdayOf29FebruaryIsKeptOn1MarchWhereTheYearHasNone) {
  MakeProgram();
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1992, 2, 29);
  EXPECT_EQ(OnDay(member, CivilDay(2027, 2, 28)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2027, 3, 1)), 1);
  EXPECT_EQ(OnDay(member, CivilDay(2028, 2, 28)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2028, 2, 29)), 1);
  EXPECT_EQ(OnDay(member, CivilDay(2028, 3, 1)), 0);
  EXPECT_EQ(PointsOf(member), 20);
}

TEST_F(DailyOccasionsTest, OnlyTheKeyedHashOfABirthdayIsKept) {
  MakeProgram();
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1990, 5, 17);
  const std::string without = EnrolWith();
  OnDay(member, CivilDay(2026, 5, 17));
  const auto of = [](const std::string& id) {
    return "'" + base::ToString(*base::DecodeId("mem", id)) + "'";
  };
  EXPECT_EQ(Look("SELECT octet_length(birthday_hash) FROM members WHERE member_id = " + of(member)),
            "32");
  OnDay(without, CivilDay(2026, 5, 17));
  EXPECT_EQ(
      Look("SELECT octet_length(birthday_hash) FROM members WHERE member_id = " + of(without)),
      "0");
  EXPECT_EQ(PointsOf(without), 0);
}

TEST_F(DailyOccasionsTest, AProfileThatCannotBeOpenedKeepsNobodyElsesBirthdayBack) {
  MakeProgram();
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1990, 5, 17);
  const std::string broken = EnrolBorn(1990, 5, 17);
  const std::string id = base::ToString(*base::DecodeId("mem", broken));
  world_.database.Admin("UPDATE members SET wrapped_key = '\\x00' WHERE member_id = '" + id + "'");
  EXPECT_EQ(OnDay(broken, CivilDay(2026, 5, 17)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 17)), 1);
}

TEST_F(DailyOccasionsTest, WhoEnrolsOnTheDayHasItTheYearAfter) {
  MakeProgram();
  Activate(Birthday(10));
  GoTo(absl::CivilSecond(2026, 5, 17, 9));
  const std::string member = EnrolBorn(1990, 5, 17);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 17)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2027, 5, 17)), 1);
}

TEST_F(DailyOccasionsTest, AnAnniversaryIsThatOfJoining) {
  MakeProgram();
  v1::Campaign each = Fixed(1);
  each.mutable_trigger()->mutable_anniversary();
  Activate(each);
  v1::Campaign second = Fixed(100);
  second.mutable_trigger()->mutable_anniversary()->set_years(2);
  Activate(second);
  const std::string member = EnrolWith([](v1::EnrolMemberRequest& request) {
    *request.mutable_join_time() = base::ToTimestamp(
        absl::FromCivil(absl::CivilSecond(2025, 6, 1, 23, 59, 59), absl::UTCTimeZone()));
  });
  EXPECT_EQ(OnDay(member, CivilDay(2026, 5, 31)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 6, 1)), 1);
  EXPECT_EQ(PointsOf(member), 1);
  EXPECT_EQ(OnDay(member, CivilDay(2026, 6, 1)), 0);
  EXPECT_EQ(OnDay(member, CivilDay(2027, 6, 1)), 1);
  EXPECT_EQ(PointsOf(member), 102);
}

TEST_F(DailyOccasionsTest, DoingNothingIsToldOnceUntilSomethingIsDone) {
  MakeProgram();
  v1::Campaign back = Fixed(30);
  back.mutable_trigger()->mutable_inactivity()->set_days(2);
  Activate(back);
  const std::string member = EnrolWith();  // on 10 March
  Buy(member);
  const auto from_to = [&](int first, int last) {
    int64_t queued = 0;
    for (int day = first; day <= last; ++day) queued += OnDay(member, CivilDay(2026, 3, day));
    return queued;
  };
  EXPECT_EQ(from_to(11, 12), 0);
  EXPECT_EQ(from_to(13, 13), 1);  // the 11th and the 12th without anything
  EXPECT_EQ(PointsOf(member), 30);
  EXPECT_EQ(from_to(13, 20), 0);
  Buy(member);  // on the 20th
  EXPECT_EQ(from_to(21, 22), 0);
  Buy(member);  // on the 22nd: not idle for two days
  EXPECT_EQ(from_to(23, 24), 0);
  EXPECT_EQ(from_to(25, 31), 1);
  EXPECT_EQ(PointsOf(member), 60);
}

TEST_F(DailyOccasionsTest, DaysAreThoseOfTheProgrammeAndMissedOnesAreMadeUpFor) {
  MakeProgram("Pacific/Auckland");
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1990, 5, 17);
  GoTo(absl::CivilSecond(2026, 5, 15, 11, 59));  // the 15th there, one minute before midnight
  RunDays();
  Post();
  EXPECT_EQ(PointsOf(member), 0);
  // The 17th begins there on the 16th at 12:00 UTC; nothing ran before the 19th.
  GoTo(absl::CivilSecond(2026, 5, 18, 13));
  RunDays();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 10);
  EXPECT_EQ(Look("SELECT occur_us FROM occasions"),
            absl::StrCat(absl::ToUnixMicros(
                absl::FromCivil(absl::CivilSecond(2026, 5, 16, 12), absl::UTCTimeZone()))));
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(member), 10);
}

// A process was killed in the middle, another went on, and the first one came back.
TEST_F(DailyOccasionsTest, TheSameDayRunBySeveralAtOnceIsKeptOnce) {
  MakeProgram();
  Activate(Birthday(10));
  const std::string member = EnrolBorn(1990, 5, 17);
  GoTo(absl::CivilSecond(2026, 5, 17, 1));
  Process other(world_.database, world_.clock);
  const auto day = static_cast<int>(CivilDay(2026, 5, 17) - CivilDay(1970, 1, 1));
  const auto run = [&](Process& process) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_TRUE(Queue(process, member, day - 1, day).ok());
      Post(process);
    }
  };
  std::thread first([&] { run(*world_.process); });
  std::thread second([&] { run(other); });
  first.join();
  second.join();
  EXPECT_EQ(PointsOf(member), 10);
  EXPECT_EQ(Look("SELECT count(*) FROM occasions"), "1");
}

}  // namespace
}  // namespace laurel::members::testing
