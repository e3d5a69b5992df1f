// What our rates are compared with: pgbench writing the same rows as one prepared call of one
// function per transaction, on the same server, in tables of the same shape.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

struct PgbenchResult {
  int clients = 0;
  double transactions_per_second = 0;
  double latency_ms = 0;
  double postgres_cpu_us = 0;  // per transaction
  double stolen_percent = 0;   // of the machine, by its host, meanwhile
};

// A database beside the suite's with `wallets` wallets, dropped at the end.
class PgbenchDatabase {
 public:
  static absl::StatusOr<std::unique_ptr<PgbenchDatabase>> Make(const std::string& admin_dsn,
                                                               int wallets);
  ~PgbenchDatabase();
  PgbenchDatabase(const PgbenchDatabase&) = delete;
  PgbenchDatabase& operator=(const PgbenchDatabase&) = delete;

  // `clients` of pgbench for so many seconds.
  absl::StatusOr<PgbenchResult> Run(int clients, int seconds);
  const std::string& dsn() const { return dsn_; }
  // The ids of its members, "mem_…".
  std::vector<std::string> MemberIds() const;

 private:
  PgbenchDatabase(std::string admin_dsn, int wallets);

  std::string admin_dsn_;
  int wallets_;
  std::string name_;
  std::string dsn_;
};

}  // namespace laurel::bench
