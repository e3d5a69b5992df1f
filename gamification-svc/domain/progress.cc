#include "gamification-svc/domain/progress.h"

#include <algorithm>
#include <limits>

namespace laurel::gamification {
namespace {

constexpr size_t kBytesPerContribution = 16;

int64_t AddSaturated(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

absl::Duration WindowOf(const v1::Challenge& challenge) {
  return challenge.window_days() * absl::Hours(24);
}

// Sorted, one per instant.
void Insert(const std::vector<Contribution>& news, std::vector<Contribution>& all) {
  for (const Contribution& next : news) {
    const auto at = std::lower_bound(
        all.begin(), all.end(), next.occur_time,
        [](const Contribution& c, absl::Time time) { return c.occur_time < time; });
    if (at != all.end() && at->occur_time == next.occur_time) {
      at->amount = AddSaturated(at->amount, next.amount);
    } else {
      all.insert(at, next);
    }
  }
}

// Whether contributions that lie at most `window` apart reach the target.
bool Reaches(const std::vector<Contribution>& all, absl::Duration window, int64_t target) {
  int64_t sum = 0;
  auto first = all.begin();
  for (auto last = all.begin(); last != all.end(); ++last) {
    sum = AddSaturated(sum, last->amount);
    for (; last->occur_time - first->occur_time > window; ++first) sum -= first->amount;
    if (sum >= target) return true;
  }
  return false;
}

void Bound(absl::Time keep_from, std::vector<Contribution>& all) {
  all.erase(all.begin(), std::lower_bound(all.begin(), all.end(), keep_from,
                                          [](const Contribution& c, absl::Time time) {
                                            return c.occur_time < time;
                                          }));
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

void PutBigEndian(uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

int64_t GetBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<int64_t>(value);
}

}  // namespace

bool Advance(const v1::Challenge& challenge, const std::vector<Contribution>& news, absl::Time now,
             Progress& progress) {
  if (progress.complete_time) return false;
  bool reached = false;
  if (challenge.window_days() == 0) {
    for (const Contribution& c : news) progress.total = AddSaturated(progress.total, c.amount);
    reached = progress.total >= challenge.target();
  } else {
    Insert(news, progress.contributions);
    reached = Reaches(progress.contributions, WindowOf(challenge), challenge.target());
    Bound(now - WindowOf(challenge) - kLateness, progress.contributions);
  }
  if (!reached) return false;
  progress.contributions.clear();
  progress.complete_time = now;
  return true;
}

int64_t ValueAt(const v1::Challenge& challenge, const Progress& progress, absl::Time now) {
  if (progress.complete_time) return challenge.target();
  if (challenge.window_days() == 0) return progress.total;
  int64_t value = 0;
  for (const Contribution& c : progress.contributions) {
    if (now - c.occur_time <= WindowOf(challenge)) value = AddSaturated(value, c.amount);
  }
  return value;
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
