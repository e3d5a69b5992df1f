#include "tests/bench/process_cpu.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

namespace laurel::bench {
namespace {

// Calls `use` with the fields of /proc/PID/stat behind the name, the state being field 0.
void ForEach(const std::string& name, const std::function<void(const std::vector<int64_t>&)>& use) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string text;
    if (!std::getline(file, text)) continue;
    const size_t open = text.find('(');
    const size_t close = text.rfind(')');
    if (open == std::string::npos || text.substr(open + 1, close - open - 1) != name) continue;
    std::istringstream rest(text.substr(close + 2));
    std::string state;
    rest >> state;
    std::vector<int64_t> fields = {0};
    for (int64_t value = 0; rest >> value;) fields.push_back(value);
    if (fields.size() > 21) use(fields);
  }
}

}  // namespace

int64_t CpuMicrosOf(const std::string& name) {
  int64_t ticks = 0;
  // utime, stime, cutime, cstime are fields 14 to 17 of proc(5), 11 to 14 behind the name.
  ForEach(name, [&](const std::vector<int64_t>& f) { ticks += f[11] + f[12] + f[13] + f[14]; });
  return ticks * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t ResidentBytesOf(const std::string& name) {
  int64_t pages = 0;
  ForEach(name, [&](const std::vector<int64_t>& f) { pages = std::max(pages, f[21]); });
  return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace laurel::bench
