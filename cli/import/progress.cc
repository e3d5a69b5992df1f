#include "cli/import/progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "lib/base/clock.h"

namespace laurel::import {

std::string Grouped(int64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool group = (digits.size() - i) % 3 == 0 && i > 0 && digits[i - 1] != '-';
    if (group) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

Progress::Progress(std::string what, int64_t total, std::function<int64_t()> done)
    : what_(std::move(what)),
      total_(total),
      done_(std::move(done)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_us_(base::MonotonicMicros()),
      thread_([this] { Run(); }) {}

Progress::~Progress() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (terminal_) {
    Show();
    std::fputc('\n', stderr);
  }
}

void Progress::Run() {
  const auto interval = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(5);
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return ended_; })) Show();
}

void Progress::Show() const {
  const int64_t done = done_();
  const int64_t micros = std::max<int64_t>(1, base::MonotonicMicros() - start_us_);
  const int64_t percent = total_ == 0 ? 100 : done * 100 / total_;
  std::fprintf(stderr, "%s%s  %s of %s (%d %%)  %s/s%s", terminal_ ? "\r\033[K" : "", what_.c_str(),
               Grouped(done).c_str(), Grouped(total_).c_str(), static_cast<int>(percent),
               Grouped(done * 1'000'000 / micros).c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace laurel::import
