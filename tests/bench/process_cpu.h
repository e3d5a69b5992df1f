// CPU time of running programs and of the machine, from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace laurel::bench {

// Microseconds of CPU that all processes with this name (/proc/PID/comm, cut to 15 characters) have
// used, their ended children included.
int64_t CpuMicrosOf(const std::string& name);
// The same of one process.
int64_t CpuMicrosOf(pid_t pid);
// Resident memory of one process, in bytes.
int64_t ResidentBytesOf(pid_t pid);
// Time that all processors together have been, by /proc/stat (proc(5)): how much there was of it,
// and how much of that the host gave to somebody else while something here wanted to run.
struct MachineTime {
  int64_t all_ticks = 0;
  int64_t stolen_ticks = 0;
};
MachineTime MachineTimeNow();
// What was stolen since then, in per cent of the machine.
double StolenPercentSince(const MachineTime& start);
// The one process with this name. NOT_FOUND if there is none; FAILED_PRECONDITION if several.
absl::StatusOr<pid_t> PidOf(const std::string& name);

}  // namespace laurel::bench
