// Members who did or returned something in a programme that has tier sets or segments, until those
// are evaluated (jobs/tier_worker.h). Where no programme has any, noting costs one look at an
// atomic. What is in it is lost with the process; the daily work finds those members by what is
// recorded.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "lib/base/uuid.h"

namespace laurel::members {

struct BatchState;

class TierQueue {
 public:
  using Member = std::pair<base::Uuid, base::Uuid>;  // programme, member

  // The programmes that have tier sets or segments.
  void SetPrograms(absl::flat_hash_set<base::Uuid> programs);

  // What a committed batch has written. Beyond 100,000 members the rest is left to the daily work.
  void Note(const BatchState& written);
  void Note(const Member& member);
  // The same where the programme has tier sets or segments.
  void NoteIfAsked(const Member& member);

  // Takes at most `count` out, each member once.
  std::vector<Member> Take(size_t count);

 private:
  std::atomic<bool> any_{false};  // programmes
  std::mutex mutex_;
  absl::flat_hash_set<base::Uuid> programs_;
  absl::flat_hash_set<Member> members_;
};

}  // namespace laurel::members
