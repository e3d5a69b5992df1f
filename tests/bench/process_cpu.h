// CPU time of running programs, from /proc.
#pragma once

#include <cstdint>
#include <string>

namespace laurel::bench {

// Microseconds of CPU that all processes with this name (/proc/PID/comm, cut to 15 characters) have
// used, their ended children included.
int64_t CpuMicrosOf(const std::string& name);
// Resident memory of the largest of them, in bytes.
int64_t ResidentBytesOf(const std::string& name);

}  // namespace laurel::bench
