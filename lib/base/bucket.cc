#include "lib/base/bucket.h"

#include <array>
#include <bit>

#include "lib/base/check.h"

namespace laurel::base {
namespace {

uint64_t SplitMix64Finaliser(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// hash_bytes_uint32 of PostgreSQL (Bob Jenkins' final mix of lookup3), which hashint4 calls.
uint32_t HashInt4(uint32_t k) {
  uint32_t a = 0x9e3779b9U + 4U + 3923095U;
  uint32_t b = a;
  uint32_t c = a;
  a += k;
  c ^= b;
  c -= std::rotl(b, 14);
  a ^= c;
  a -= std::rotl(c, 11);
  b ^= a;
  b -= std::rotl(a, 25);
  c ^= b;
  c -= std::rotl(b, 16);
  a ^= c;
  a -= std::rotl(c, 4);
  b ^= a;
  b -= std::rotl(a, 14);
  c ^= b;
  c -= std::rotl(b, 24);
  return c;
}

std::array<int, 1024> MakeLabels() {
  std::array<int, 1024> labels;
  labels.fill(-1);
  int left = 1024;
  for (int i = 0; left > 0; ++i) {
    const uint32_t slice = (HashInt4(static_cast<uint32_t>(i)) + 0x80000000U) >> 22;
    if (labels[slice] < 0) {
      labels[slice] = i;
      --left;
    }
  }
  return labels;
}

int LabelOfMix(uint64_t x) { return LabelOfSlice(static_cast<int>(SplitMix64Finaliser(x) >> 54)); }

}  // namespace

int SliceOf(const Uuid& owner) {
  return static_cast<int>(SplitMix64Finaliser(owner.high ^ owner.low) >> 54);
}

int LabelOfSlice(int slice) {
  static const std::array<int, 1024> kLabels = MakeLabels();
  LAUREL_CHECK(slice >= 0 && slice < 1024);
  return kLabels[static_cast<size_t>(slice)];
}

int BucketOf(const Uuid& owner) { return LabelOfSlice(SliceOf(owner)); }

int BucketOfHash(std::string_view hash) {
  uint64_t x = 0;
  for (size_t i = 0; i < 8 && i < hash.size(); ++i) x = (x << 8) | static_cast<uint8_t>(hash[i]);
  return LabelOfMix(x);
}

}  // namespace laurel::base
