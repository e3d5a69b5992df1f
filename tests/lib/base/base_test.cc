// Ids, buckets, clocks and timestamps: what must never change once a row has been written.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "lib/base/bucket.h"
#include "lib/base/clock.h"
#include "lib/base/sha256.h"
#include "lib/base/timestamps.h"
#include "lib/base/uuid.h"

namespace laurel::base {
namespace {

TEST(Bucket, LabelsAreThePublishedOnes) {
  EXPECT_EQ(LabelOfSlice(0), 2418);
  EXPECT_EQ(LabelOfSlice(1), 1618);
  EXPECT_EQ(LabelOfSlice(2), 762);
  EXPECT_EQ(LabelOfSlice(3), 354);
  EXPECT_EQ(LabelOfSlice(1023), 577);
  std::set<int> labels;
  for (int slice = 0; slice < 1024; ++slice) labels.insert(LabelOfSlice(slice));
  EXPECT_EQ(labels.size(), 1024U);
  EXPECT_EQ(*labels.rbegin(), 6665);
}

TEST(Bucket, SlicesOfKnownIdsNeverChange) {
  // splitmix64's finaliser of 1 is 0x5692161d100b05e5; its top ten bits are 346.
  EXPECT_EQ(SliceOf({0, 1}), 346);
  EXPECT_EQ(SliceOf({1, 0}), 346) << "high xor low";
  EXPECT_EQ(SliceOf({7, 7}), 0);
  EXPECT_EQ(BucketOf({0, 1}), LabelOfSlice(346));
}

TEST(Bucket, MembersSpreadEvenly) {
  IdSource ids(1);
  std::vector<int> counts(1024, 0);
  const absl::Time now = absl::FromUnixSeconds(1700000000);
  for (int i = 0; i < 102400; ++i) ++counts[static_cast<size_t>(SliceOf(ids.Next(now)))];
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 50);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 160);
}

TEST(Uuid, TextAndBytesRoundTrip) {
  const Uuid id{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(ToString(id), "01234567-89ab-cdef-fedc-ba9876543210");
  EXPECT_EQ(ParseUuid("01234567-89AB-cdef-fedc-ba9876543210"), id);
  EXPECT_FALSE(ParseUuid("01234567-89ab-cdef-fedc-ba987654321"));
  EXPECT_FALSE(ParseUuid("01234567x89ab-cdef-fedc-ba9876543210"));
  EXPECT_EQ(FromBytes(ToBytes(id)), id);
  EXPECT_FALSE(FromBytes("short"));
}

TEST(OutsideId, HasOneSpelling) {
  const Uuid id{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  const std::string text = EncodeId("mem", id);
  EXPECT_EQ(text.size(), 30U);
  EXPECT_EQ(DecodeId("mem", text), id);
  EXPECT_FALSE(DecodeId("ord", text)) << "another kind";
  std::string upper = text;
  std::transform(upper.begin() + 4, upper.end(), upper.begin() + 4, ::toupper);
  EXPECT_FALSE(DecodeId("mem", upper));
  EXPECT_FALSE(DecodeId("mem", text + "0"));
  std::string large = text;
  large[4] = '8';
  EXPECT_FALSE(DecodeId("mem", large)) << "more than 128 bits";
  large[4] = 'i';
  EXPECT_FALSE(DecodeId("mem", large)) << "not in the alphabet";
  EXPECT_EQ(EncodeId("x", {~0ULL, ~0ULL}), "x_7zzzzzzzzzzzzzzzzzzzzzzzzz");
}

TEST(IdSource, MakesGrowingUuidV7EvenWhenTheClockGoesBack) {
  IdSource ids(3);
  const absl::Time now = absl::FromUnixMicros(1700000000123456);
  Uuid last = ids.Next(now);
  EXPECT_TRUE(last.IsV7());
  EXPECT_EQ(last.TimeOfV7(), absl::FromUnixMillis(1700000000123));
  for (int i = 0; i < 20000; ++i) {
    const Uuid next = ids.Next(i % 3 == 0 ? now - absl::Seconds(5) : now);
    ASSERT_TRUE(next.IsV7());
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(IdSource, WithASeedIsRepeatableAndWithoutIsNot) {
  const absl::Time now = absl::FromUnixSeconds(1700000000);
  EXPECT_EQ(IdSource(9).Next(now), IdSource(9).Next(now));
  EXPECT_NE(IdSource().Next(now), IdSource().Next(now));
  EXPECT_NE(IdSource().RandomBytes(16), IdSource().RandomBytes(16));
}

TEST(ManualClock, NeverGoesBack) {
  ManualClock clock(absl::FromUnixSeconds(100));
  EXPECT_FALSE(clock.Set(absl::FromUnixSeconds(99)));
  EXPECT_TRUE(clock.Set(absl::FromUnixSeconds(101)));
  clock.Advance(absl::Seconds(2));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(103));
}

TEST(Timestamps, RoundTripToTheMicrosecondBefore1970Too) {
  for (const int64_t micros : {0L, 1L, -1L, 1700000000123456L, -1500001L}) {
    const absl::Time time = absl::FromUnixMicros(micros);
    EXPECT_EQ(FromTimestamp(ToTimestamp(time)), time) << micros;
    EXPECT_GE(ToTimestamp(time).nanos(), 0) << micros;
  }
}

}  // namespace
TEST(Sha256, IsThePublishedOne) {
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace laurel::base
