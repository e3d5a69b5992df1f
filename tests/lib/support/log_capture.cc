#include "tests/lib/support/log_capture.h"

#include "lib/log/log.h"

namespace laurel::testing {

LogCapture::LogCapture() {
  log::SetSink([this](std::string_view line) {
    const absl::MutexLock lock(&mutex_);
    lines_.emplace_back(line);
  });
}

LogCapture::~LogCapture() { log::SetSink(nullptr); }

std::vector<std::string> LogCapture::Lines() const {
  const absl::MutexLock lock(&mutex_);
  return lines_;
}

std::string LogCapture::Text() const {
  std::string text;
  for (const std::string& line : Lines()) text += line;
  return text;
}

int LogCapture::Count(const std::string& part) const {
  int count = 0;
  for (const std::string& line : Lines()) count += line.find(part) == std::string::npos ? 0 : 1;
  return count;
}

}  // namespace laurel::testing
