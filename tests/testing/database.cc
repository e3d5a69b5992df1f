#include "tests/testing/database.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <pqxx/pqxx>
#include <regex>

#include "lib/db/migrate.h"

namespace laurel::testing {
namespace {

std::string ClusterDsn() {
  const char* dsn = std::getenv("LAUREL_TEST_PG");
  if (dsn == nullptr || *dsn == '\0') {
    std::fprintf(stderr, "LAUREL_TEST_PG is not set: run the tests with ./laurel test\n");
    std::exit(2);
  }
  return dsn;
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "test database: %s\n", what.c_str());
  std::exit(2);
}

std::string NextName(const std::string& service) {
  static std::atomic<int> count{0};
  return "test_" + service + "_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

}  // namespace

std::string TestDatabase::DsnOf(const std::string& user) const {
  std::string dsn = std::regex_replace(ClusterDsn(), std::regex("dbname=\\S+"), "dbname=" + name_);
  if (!user.empty()) {  // its password stands in PGPASSFILE
    dsn = std::regex_replace(dsn, std::regex("password=\\S+"), "");
    dsn = std::regex_replace(dsn, std::regex("user=\\S+"), "user=" + user);
  }
  return dsn;
}

TestDatabase::TestDatabase(std::string service, std::vector<db::SqlText> statements,
                           const std::vector<db::SqlText>& migrations, size_t pool_size)
    : service_(std::move(service)), name_(NextName(service_)), statements_(std::move(statements)) {
  try {
    pqxx::connection cluster(ClusterDsn());
    pqxx::nontransaction(cluster).exec("CREATE DATABASE " + name_);
    pqxx::connection database(admin_dsn());
    pqxx::nontransaction tx(database);
    tx.exec("CREATE SCHEMA " + service_ + " AUTHORIZATION " + service_ + "_owner");
    tx.exec("GRANT USAGE ON SCHEMA " + service_ + " TO " + service_ + "_app");
  } catch (const std::exception& error) {
    Fail(error.what());
  }
  std::vector<std::string> applied;
  const absl::Status migrated = db::Migrate(owner_dsn(), service_ + "_app", migrations, &applied);
  if (!migrated.ok()) Fail(migrated.ToString());
  pool_ = NewPool(pool_size);
}

TestDatabase::~TestDatabase() {
  pool_.reset();
  try {
    pqxx::connection cluster(ClusterDsn());
    pqxx::nontransaction(cluster).exec("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "test database: %s\n", error.what());
  }
}

std::unique_ptr<db::Pool> TestDatabase::NewPool(size_t size) {
  auto pool = db::Pool::Open({.dsn = app_dsn(), .size = size}, statements_);
  if (!pool.ok()) Fail(pool.status().ToString());
  return *std::move(pool);
}

std::vector<std::string> TestDatabase::Admin(const std::string& sql) {
  std::vector<std::string> out;
  try {
    pqxx::connection database(admin_dsn() + " options='-c search_path=" + service_ + "'");
    pqxx::nontransaction tx(database);
    for (const auto& row : tx.exec(sql)) {
      out.emplace_back(row.empty() || row[0].is_null() ? "" : row[0].c_str());
    }
  } catch (const std::exception& error) {
    Fail(sql + ": " + error.what());
  }
  return out;
}

}  // namespace laurel::testing
