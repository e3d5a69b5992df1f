// Which campaigns of a programme can apply to an order: found by the names that they ask for, so
// that an order does not look at a thousand campaigns of which ten are for its store and products.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/order.pb.h"

namespace laurel::members {

// A set of campaigns, by their place in running order.
class CampaignSet {
 public:
  CampaignSet(size_t count, bool all)
      : words_((count + 63) / 64, all ? ~uint64_t{0} : 0), count_(count) {}

  CampaignSet(size_t count, const std::vector<uint64_t>& words)
      : words_(words.begin(), words.end()), count_(count) {
    words_.resize((count + 63) / 64);
  }

  void Insert(size_t place) { words_[place / 64] |= uint64_t{1} << place % 64; }
  bool Contains(size_t place) const { return (words_[place / 64] >> place % 64 & 1) != 0; }
  void KeepThoseIn(const CampaignSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  size_t Count() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(__builtin_popcountll(word));
    return std::min(count_, count);
  }
  // The first at or after `place`; the count: there is none.
  size_t Next(size_t place) const {
    for (; place < count_; place = (place / 64 + 1) * 64) {
      const uint64_t rest = words_[place / 64] >> place % 64;
      if (rest == 0) continue;
      return std::min(count_, place + static_cast<size_t>(__builtin_ctzll(rest)));
    }
    return count_;
  }

 private:
  absl::InlinedVector<uint64_t, 16> words_;
  size_t count_;
};

class CampaignIndex {
 public:
  // Adds the next campaign in running order; `counts` says that it uses counters.
  void Add(const members::v1::Campaign& campaign, bool counts);

  size_t size() const { return size_; }
  // Those whose counters may be needed.
  const std::vector<uint32_t>& counting() const { return counting_; }
  // All that can apply to the order, and some that cannot: what is missing would not have applied.
  CampaignSet Candidates(const members::v1::RecordOrderRequest& order) const;

 private:
  enum Kind : size_t { kStore, kChannel, kSku, kCategory, kBrand, kLabel, kKinds };
  using Names = google::protobuf::RepeatedPtrField<std::string>;

  // The campaigns that ask for one of several names of a kind, by name, and those that do not ask.
  struct ByName {
    std::vector<uint64_t> free;  // a bit each
    absl::flat_hash_map<std::string, std::vector<uint32_t>> places;
    void AddTo(const std::string& name, CampaignSet* out) const;
  };
  // What one campaign asks for; null: nothing of that kind.
  struct Wanted {
    std::array<const Names*, kLabel> names = {};
    const google::protobuf::RepeatedPtrField<members::v1::LabelMatch>* labels = nullptr;
  };
  static void Find(const members::v1::LineFilter& filter, Wanted* out);
  static void Find(const members::v1::Condition& condition, Wanted* out);

  size_t size_ = 0;
  std::array<ByName, kKinds> kinds_;
  std::vector<uint32_t> counting_;
};

}  // namespace laurel::members
