#include "tests/bench/pgbench.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <regex>

#include "lib/base/uuid.h"
#include "lib/status/error.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

const std::string kBin = "/usr/lib/postgresql/15/bin/";
const std::string kPsql = kBin + "psql -X -q -v ON_ERROR_STOP=1 ";
const std::string kSql = std::string(LAUREL_BENCH_SQL) + "/";

// Runs a command of our own making; its output, or an error with it.
absl::StatusOr<std::string> Shell(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return absl::InternalError("cannot run " + command);
  std::string out;
  char buffer[4096];
  for (size_t n = 0; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) out.append(buffer, n);
  if (pclose(pipe) != 0) return absl::InternalError(command.substr(0, 60) + ": " + out);
  return out;
}

double Figure(const std::string& text, const char* pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? std::stod(match[1]) : 0;
}

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

PgbenchDatabase::PgbenchDatabase(std::string admin_dsn, int wallets)
    : admin_dsn_(std::move(admin_dsn)),
      wallets_(wallets),
      name_("laurel_bench_" + std::to_string(getpid())),
      dsn_(std::regex_replace(admin_dsn_, std::regex("dbname=\\S+"), "dbname=" + name_)) {}

absl::StatusOr<std::unique_ptr<PgbenchDatabase>> PgbenchDatabase::Make(const std::string& admin_dsn,
                                                                       int wallets) {
  std::unique_ptr<PgbenchDatabase> made(new PgbenchDatabase(admin_dsn, wallets));
  const std::string given = " -v wallets=" + std::to_string(wallets) + " ";
  const auto run =
      Shell(kPsql + Quoted(admin_dsn) + " -c 'CREATE DATABASE " + made->name_ + "' && " + kPsql +
            Quoted(made->dsn_) + " -f " + kSql + "post_once.sql && " + kPsql + Quoted(made->dsn_) +
            given + "-f " + kSql + "fill.sql");
  if (!run.ok()) return run.status();
  return made;
}

PgbenchDatabase::~PgbenchDatabase() {
  const auto dropped = Shell(kPsql + Quoted(admin_dsn_) + " -c 'DROP DATABASE IF EXISTS " + name_ +
                             " WITH (FORCE)'");
  if (!dropped.ok()) std::fprintf(stderr, "%s\n", dropped.status().ToString().c_str());
}

absl::StatusOr<PgbenchResult> PgbenchDatabase::Run(int clients, int seconds) {
  const int64_t cpu = CpuMicrosOf("postgres");
  const MachineTime start = MachineTimeNow();
  LAUREL_ASSIGN_OR_RETURN(
      const std::string out,
      Shell(kBin + "pgbench -n -M prepared -c " + std::to_string(clients) + " -j 2 -T " +
            std::to_string(seconds) + " -D wallets=" + std::to_string(wallets_) + " -f " + kSql +
            "post_once.pgbench " + Quoted(dsn_)));
  PgbenchResult result{.clients = clients,
                       .transactions_per_second = Figure(out, "tps = ([0-9.]+)"),
                       .latency_ms = Figure(out, "latency average = ([0-9.]+)"),
                       .stolen_percent = StolenPercentSince(start)};
  const double done = Figure(out, "actually processed: ([0-9]+)");
  if (done > 0) {
    result.postgres_cpu_us = static_cast<double>(CpuMicrosOf("postgres") - cpu) / done;
  }
  return result;
}

std::vector<std::string> PgbenchDatabase::MemberIds() const {
  std::vector<std::string> ids;
  for (uint64_t n = 1; n <= static_cast<uint64_t>(wallets_); ++n) {
    // member_of in post_once.sql.
    ids.push_back(base::EncodeId("mem", {.high = 0x7000, .low = 0x8000000000000000 | n}));
  }
  return ids;
}

}  // namespace laurel::bench
