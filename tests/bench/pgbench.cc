#include "tests/bench/pgbench.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <regex>

#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";

// Runs a command of our own making; its output, or an error with it.
absl::StatusOr<std::string> Run(const std::string& command) {
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

absl::StatusOr<std::vector<PgbenchResult>> RunPgbench(const std::string& admin_dsn, int wallets,
                                                      int seconds) {
  const std::string sql = std::string(LAUREL_BENCH_SQL) + "/";
  const std::string name = "laurel_bench_" + std::to_string(getpid());
  const std::string dsn =
      std::regex_replace(admin_dsn, std::regex("dbname=\\S+"), "dbname=" + name);
  const std::string psql = std::string(kBin) + "psql -X -q -v ON_ERROR_STOP=1 ";
  const std::string given = " -v wallets=" + std::to_string(wallets) + " ";
  auto made = Run(psql + Quoted(admin_dsn) + " -c 'CREATE DATABASE " + name + "' && " + psql +
                  Quoted(dsn) + " -f " + sql + "post_once.sql && " + psql + Quoted(dsn) + given +
                  "-f " + sql + "fill.sql");
  if (!made.ok()) return made.status();
  std::vector<PgbenchResult> results;
  absl::Status failed;
  for (const int clients : {8, 16, 32}) {
    const int64_t cpu = CpuMicrosOf("postgres");
    auto out =
        Run(std::string(kBin) + "pgbench -n -M prepared -c " + std::to_string(clients) +
            " -j 2 -T " + std::to_string(seconds) + " -D wallets=" + std::to_string(wallets) +
            " -f " + sql + "post_once.pgbench " + Quoted(dsn));
    if (!out.ok()) {
      failed = out.status();
      break;
    }
    PgbenchResult result{.clients = clients,
                         .transactions_per_second = Figure(*out, "tps = ([0-9.]+)"),
                         .latency_ms = Figure(*out, "latency average = ([0-9.]+)")};
    const double done = Figure(*out, "actually processed: ([0-9]+)");
    if (done > 0) {
      result.postgres_cpu_us = static_cast<double>(CpuMicrosOf("postgres") - cpu) / done;
    }
    results.push_back(result);
  }
  auto dropped = Run(psql + Quoted(admin_dsn) + " -c 'DROP DATABASE " + name + " WITH (FORCE)'");
  if (!failed.ok()) return failed;
  if (!dropped.ok()) return dropped.status();
  return results;
}

const PgbenchResult& Best(const std::vector<PgbenchResult>& results) {
  return *std::max_element(results.begin(), results.end(),
                           [](const PgbenchResult& a, const PgbenchResult& b) {
                             return a.transactions_per_second < b.transactions_per_second;
                           });
}

}  // namespace laurel::bench
