#include "gamification-svc/domain/progress.h"

#include <algorithm>
#include <limits>

namespace laurel::gamification {
namespace {

constexpr size_t kBytesPerContribution = 16;

__extension__ using Wide = __int128;

int64_t AddSaturated(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

absl::Duration WindowOf(const v1::Challenge& challenge) {
  return challenge.window_days() * absl::Hours(24);
}

// Sorted, one per instant; what comes to zero is gone.
void Insert(const std::vector<Contribution>& news, std::vector<Contribution>& all) {
  for (const Contribution& next : news) {
    const auto at = std::lower_bound(
        all.begin(), all.end(), next.occur_time,
        [](const Contribution& c, absl::Time time) { return c.occur_time < time; });
    if (at != all.end() && at->occur_time == next.occur_time) {
      at->amount = AddSaturated(at->amount, next.amount);
      if (at->amount == 0) all.erase(at);
    } else if (next.amount != 0) {
      all.insert(at, next);
    }
  }
}

// Whether contributions before `end` that lie at most `window` apart reach the target.
bool Reaches(const std::vector<Contribution>& all, absl::Duration window, int64_t target,
             absl::Time end = absl::InfiniteFuture()) {
  Wide sum = 0;
  auto first = all.begin();
  for (auto last = all.begin(); last != all.end() && last->occur_time < end; ++last) {
    sum += last->amount;
    for (; last->occur_time - first->occur_time > window; ++first) sum -= first->amount;
    if (sum >= target) return true;
  }
  return false;
}

void DropBefore(absl::Time keep_from, std::vector<Contribution>& all) {
  all.erase(all.begin(), std::lower_bound(all.begin(), all.end(), keep_from,
                                          [](const Contribution& c, absl::Time time) {
                                            return c.occur_time < time;
                                          }));
}

// A return whose order is not kept any more, or never came: it takes nothing of other orders.
void DropOrphans(absl::Time keep_from, std::vector<Contribution>& all) {
  std::erase_if(all,
                [&](const Contribution& c) { return c.amount < 0 && c.occur_time < keep_from; });
}

void Bound(std::vector<Contribution>& all) {
  while (all.size() > kMaxContributions) {
    auto closest = all.begin() + 1;
    for (auto next = closest; next != all.end(); ++next) {
      if (next->occur_time - (next - 1)->occur_time <
          closest->occur_time - (closest - 1)->occur_time)
        closest = next;
    }
    closest->amount = AddSaturated(closest->amount, (closest - 1)->amount);
    all.erase(closest - 1);
  }
}

void Settle(Progress& progress) {
  progress.settled = true;
  progress.contributions.clear();
}

Change Turn(bool reached, absl::Time now, Progress& progress) {
  if (reached == progress.complete_time.has_value()) return Change::kNone;
  progress.complete_time = reached ? std::optional(now) : std::nullopt;
  return reached ? Change::kCompleted : Change::kUndone;
}

void PutBigEndian(uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

int64_t GetBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<int64_t>(value);
}

}  // namespace

Change Advance(const v1::Challenge& challenge, const std::vector<Contribution>& news,
               absl::Time now, Progress& progress) {
  if (progress.settled) return Change::kNone;
  if (challenge.window_days() == 0) {
    for (const Contribution& c : news) progress.total = AddSaturated(progress.total, c.amount);
    return Turn(progress.total >= challenge.target(), now, progress);
  }
  std::vector<Contribution>& all = progress.contributions;
  const absl::Duration window = WindowOf(challenge);
  const absl::Time keep_from = now - window - kLateness;
  if (progress.complete_time) {
    // What lies too far back to be taken back settles it, before anything is.
    if (Reaches(all, window, challenge.target(), keep_from)) {
      Settle(progress);
      return Change::kNone;
    }
    // What shares a window with something that may be taken back still holds it up.
    DropBefore(keep_from - window, all);
  }
  Insert(news, all);
  DropOrphans(keep_from, all);
  const bool reached = Reaches(all, window, challenge.target());
  if (!reached) DropBefore(keep_from, all);
  Bound(all);
  const Change change = Turn(reached, now, progress);
  // What has become one cannot be told apart any more.
  if (reached && !Reaches(all, window, challenge.target())) Settle(progress);
  return change;
}

int64_t ValueAt(const v1::Challenge& challenge, const Progress& progress, absl::Time now) {
  if (progress.complete_time) return challenge.target();
  if (challenge.window_days() == 0) return std::max<int64_t>(0, progress.total);
  int64_t value = 0;
  for (const Contribution& c : progress.contributions) {
    if (now - c.occur_time <= WindowOf(challenge)) value = AddSaturated(value, c.amount);
  }
  return std::max<int64_t>(0, value);
}

std::string Pack(const std::vector<Contribution>& contributions) {
  std::string out;
  out.reserve(contributions.size() * kBytesPerContribution);
  for (const Contribution& c : contributions) {
    PutBigEndian(static_cast<uint64_t>(absl::ToUnixMicros(c.occur_time)), out);
    PutBigEndian(static_cast<uint64_t>(c.amount), out);
  }
  return out;
}

absl::StatusOr<std::vector<Contribution>> Unpack(std::string_view bytes) {
  if (bytes.size() % kBytesPerContribution != 0)
    return absl::InternalError("contributions of a challenge do not parse");
  std::vector<Contribution> contributions;
  contributions.reserve(bytes.size() / kBytesPerContribution);
  for (; !bytes.empty(); bytes.remove_prefix(kBytesPerContribution)) {
    contributions.push_back(
        {absl::FromUnixMicros(GetBigEndian(bytes)), GetBigEndian(bytes.substr(8))});
  }
  return contributions;
}

}  // namespace laurel::gamification
