#include "cli/import/values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace laurel::import {
namespace {

using ::testing::HasSubstr;

constexpr DecimalRules kCents{.places = 2, .most = 100'000'000'000};

TEST(Decimal, ExactFromItsText) {
  const std::pair<const char*, int64_t> cases[] = {{"0", 0},
                                                   {"0.00", 0},
                                                   {"1.5", 150},
                                                   {"0.29", 29},
                                                   {"19.99", 1999},
                                                   {"007.10", 710},
                                                   {"1000000000.00", 100'000'000'000}};
  for (const auto& [text, value] : cases) {
    const auto parsed = ParseDecimal(text, kCents);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.problem;
    EXPECT_EQ(parsed.value, value) << text;
  }
  EXPECT_EQ(ParseDecimal("0.045", {.places = 3, .most = 1000}).value, 45);
}

TEST(Decimal, WhatIsNoneIsRefusedWithItsReason) {
  const std::pair<const char*, const char*> cases[] = {{"", "is empty"},
                                                       {"-1.00", "is negative"},
                                                       {"-0.50", "is negative"},
                                                       {"abc", "is not a number"},
                                                       {"1,50", "is not a number"},
                                                       {"1e3", "is not a number"},
                                                       {"+1", "is not a number"},
                                                       {" 1", "is not a number"},
                                                       {"1.", "is not a number"},
                                                       {".5", "is not a number"},
                                                       {"0x10", "is not a number"},
                                                       {"--1", "is not a number"},
                                                       {"1.2.3", "is not a number"},
                                                       {"NaN", "is not a number"},
                                                       {"1.999", "more than 2 decimals"},
                                                       {"1000000000.01", "too large"},
                                                       {"99999999999999999999999", "too large"}};
  for (const auto& [text, reason] : cases) {
    EXPECT_THAT(ParseDecimal(text, kCents).problem, HasSubstr(reason)) << text;
  }
}

absl::TimeZone NewYork() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("America/New_York", &zone));
  return zone;
}

TEST(LocalTime, InTheZoneOfTheShops) {
  const auto winter = ParseLocalTime("2017-01-01 07:30:27", NewYork());
  EXPECT_EQ(absl::FormatTime(winter.value, absl::UTCTimeZone()), "2017-01-01T12:30:27+00:00");
  const auto summer = ParseLocalTime("2016-02-29 23:59:59", NewYork());
  EXPECT_EQ(absl::FormatTime(summer.value, absl::UTCTimeZone()), "2016-03-01T04:59:59+00:00");
}

TEST(LocalTime, ClockChanges) {
  EXPECT_THAT(ParseLocalTime("2017-03-12 02:30:00", NewYork()).problem,
              HasSubstr("does not exist"));
  EXPECT_THAT(ParseLocalTime("2017-11-05 01:30:00", NewYork()).problem, HasSubstr("ambiguous"));
  EXPECT_TRUE(ParseLocalTime("2017-03-12 03:00:00", NewYork()).ok());
  EXPECT_TRUE(ParseLocalTime("2017-11-05 02:00:00", NewYork()).ok());
}

TEST(LocalTime, WhatIsNone) {
  for (const char* text :
       {"", "2017-02-30 10:00:00", "2017-13-01 10:00:00", "2017-01-01 24:00:00",
        "2017-01-01 10:60:00", "2017-01-01 10:00:60", "2017-01-01T10:00:00", "2017-1-1 10:00:00",
        "01/02/2017 10:00", "2017-01-01 10:00:00Z", "0000-01-01 00:00:00", "yesterday"}) {
    EXPECT_FALSE(ParseLocalTime(text, NewYork()).ok()) << text;
  }
}

}  // namespace
}  // namespace laurel::import
