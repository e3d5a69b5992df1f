#include "members-svc/store/repeated_keys.h"

#include <algorithm>
#include <vector>

#include "members-svc/ledger/request_key.h"

namespace laurel::members {

const RepeatedKeys::Use* RepeatedKeys::Add(int bucket, const base::Uuid& key, const Use& use) {
  if (key.IsZero()) return nullptr;
  if (bucket != bucket_) uses_.clear();
  bucket_ = bucket;
  const auto [known, is_new] = uses_.try_emplace(key, use);
  if (is_new) return nullptr;
  const bool after = use.create_us >= known->second.create_us;
  const int64_t first_us = std::min(use.create_us, known->second.create_us);
  later_ = after ? use : known->second;
  known->second = later_;
  const std::vector<int> days = DaysOf(key, absl::FromUnixMicros(later_.create_us));
  const int first_day = DayOf(absl::FromUnixMicros(first_us));
  return std::find(days.begin(), days.end(), first_day) == days.end() ? nullptr : &later_;
}

}  // namespace laurel::members
