// What our rates are compared with: pgbench writing the same rows as one prepared call of one
// function per transaction, on the same server, in tables of the same shape.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

struct PgbenchResult {
  int clients = 0;
  double transactions_per_second = 0;
  double latency_ms = 0;
  double postgres_cpu_us = 0;  // per transaction
};

// Makes a database of its own beside the suite's, runs 8, 16 and 32 clients for `seconds` each, and
// drops it. The results in that order.
absl::StatusOr<std::vector<PgbenchResult>> RunPgbench(const std::string& admin_dsn, int wallets,
                                                      int seconds);

const PgbenchResult& Best(const std::vector<PgbenchResult>& results);

}  // namespace laurel::bench
