#include "tests/bench/process_cpu.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace laurel::bench {
namespace {

// The fields of /proc/PID/stat behind the name, the state being field 0.
struct Process {
  pid_t pid = 0;
  std::string name;
  std::vector<int64_t> fields;
};

std::optional<Process> ReadProcess(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  const size_t open = text.find('(');
  const size_t close = text.rfind(')');
  if (open == std::string::npos) return std::nullopt;
  Process process{.pid = static_cast<pid_t>(std::stol(text)),
                  .name = text.substr(open + 1, close - open - 1),
                  .fields = {0}};
  std::istringstream rest(text.substr(close + 2));
  std::string state;
  rest >> state;
  for (int64_t value = 0; rest >> value;) process.fields.push_back(value);
  if (process.fields.size() <= 21) return std::nullopt;
  return process;
}

std::vector<Process> ProcessesOf(const std::string& name) {
  std::vector<Process> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (std::isdigit(entry.path().filename().string()[0]) == 0) continue;
    auto process = ReadProcess(entry.path());
    if (process && process->name == name) found.push_back(*std::move(process));
  }
  return found;
}

// utime, stime, cutime, cstime are fields 14 to 17 of proc(5), 11 to 14 behind the name.
int64_t Micros(const Process& process) {
  const auto& f = process.fields;
  return (f[11] + f[12] + f[13] + f[14]) * 1000000 / sysconf(_SC_CLK_TCK);
}

std::filesystem::path FolderOf(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

int64_t CpuMicrosOf(const std::string& name) {
  int64_t micros = 0;
  for (const Process& process : ProcessesOf(name)) micros += Micros(process);
  return micros;
}

int64_t CpuMicrosOf(pid_t pid) {
  const auto process = ReadProcess(FolderOf(pid));
  return process ? Micros(*process) : 0;
}

int64_t ResidentBytesOf(pid_t pid) {
  const auto process = ReadProcess(FolderOf(pid));
  return process ? process->fields[21] * sysconf(_SC_PAGESIZE) : 0;
}

MachineTime MachineTimeNow() {
  // "cpu", then user, nice, system, idle, iowait, irq, softirq, steal.
  std::ifstream file("/proc/stat");
  std::string cpu;
  file >> cpu;
  MachineTime time;
  int64_t ticks = 0;
  for (int i = 0; i < 8 && file >> ticks; ++i) {
    time.all_ticks += ticks;
    time.stolen_ticks = ticks;
  }
  return time;
}

double StolenPercentSince(const MachineTime& start) {
  const MachineTime now = MachineTimeNow();
  const int64_t all = now.all_ticks - start.all_ticks;
  return all > 0 ? 100.0 * static_cast<double>(now.stolen_ticks - start.stolen_ticks) /
                       static_cast<double>(all)
                 : 0;
}

absl::StatusOr<pid_t> PidOf(const std::string& name) {
  const std::vector<Process> found = ProcessesOf(name);
  if (found.empty()) return absl::NotFoundError("no " + name + " runs");
  if (found.size() > 1) return absl::FailedPreconditionError("several " + name + " run");
  return found.front().pid;
}

}  // namespace laurel::bench
