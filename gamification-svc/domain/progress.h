// How far a member is in one challenge: exact for any sliding window and any order of arrival.
// Pure.
//
// A challenge without a window keeps one total. One with a window keeps the contributions
// themselves, sorted by when they happened; those that lie further back than the window and
// kLateness are dropped. kMaxContributions bounds them: beyond it the two that lie closest together
// become one, at the time of the later.
//
// What is completed goes on counting, since a return may take of it: a contribution below zero, at
// the time of what it takes back. A challenge is completed exactly while what is kept reaches its
// target; with a window it keeps what lies one window further back, which may hold it up when
// something newer is taken back. It is settled for good once what lies further back than the
// window and kLateness reaches the target alone. A return of what is not kept any more takes
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/gamification/v1/gamification.pb.h"

namespace laurel::gamification {

// How late an event may arrive and still find all others of its window.
inline constexpr absl::Duration kLateness = absl::Hours(24 * 120);
inline constexpr size_t kMaxContributions = 4096;

struct Contribution {
  absl::Time occur_time;
  int64_t amount = 0;  // below zero: taken back; never zero
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

struct Progress {
  int64_t total = 0;                        // without a window
  std::vector<Contribution> contributions;  // with a window; ascending by time
  std::optional<absl::Time> complete_time;
  // Completed for good: nothing is kept, nothing changes it.
  bool settled = false;
};

// What became of a challenge.
enum class Change { kNone, kCompleted, kUndone };

// Adds what a delivery brought. Completed at `now` when the total, or the sum of contributions at
// most window_days (of exactly 24 hours) apart, reaches the target; undone when what is left of a
// completed one does not any more.
Change Advance(const v1::Challenge& challenge, const std::vector<Contribution>& news,
               absl::Time now, Progress& progress);

// What a member sees: the target while completed; otherwise the total, or what happened in the
// window that ends at `now`, which is all that can still be built upon; never below zero.
int64_t ValueAt(const v1::Challenge& challenge, const Progress& progress, absl::Time now);

// 16 bytes per contribution: microseconds and amount, big-endian.
std::string Pack(const std::vector<Contribution>& contributions);
absl::StatusOr<std::vector<Contribution>> Unpack(std::string_view bytes);

}  // namespace laurel::gamification
