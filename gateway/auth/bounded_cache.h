// A thread-safe cache with a greatest size and an end for every entry. When it is full, what was
// added first goes.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/time/time.h"

namespace laurel::gateway {

template <typename V>
class BoundedCache {
 public:
  explicit BoundedCache(size_t capacity) : capacity_(capacity) {}

  std::optional<V> Find(const std::string& key, absl::Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(key);
    if (it == entries_.end() || it->second.end <= now) return std::nullopt;
    return it->second.value;
  }

  void Put(const std::string& key, V value, absl::Time end) {
    const std::lock_guard lock(mutex_);
    const auto [it, added] = entries_.insert_or_assign(key, Entry{std::move(value), end});
    if (added) order_.push_back(key);
    while (entries_.size() > capacity_) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
  }

  size_t size() {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    V value;
    absl::Time end;
  };

  const size_t capacity_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace laurel::gateway
