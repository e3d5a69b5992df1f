// CPU time of running programs, from /proc.
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
// The one process with this name. NOT_FOUND if there is none; FAILED_PRECONDITION if several.
absl::StatusOr<pid_t> PidOf(const std::string& name);

}  // namespace laurel::bench
