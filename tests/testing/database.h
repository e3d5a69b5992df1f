// A database of a test program's own, in the cluster that LAUREL_TEST_PG names (./laurel test makes
// one). Migrated as the schema's owner, used as its application role, dropped at the end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/db/pool.h"
#include "lib/db/sql.h"

namespace laurel::testing {

class TestDatabase {
 public:
  // A fresh database with the schema of `service` ("members", …) as `migrations` make it. Ends the
  // program with a clear text when there is no cluster.
  TestDatabase(std::string service, std::vector<db::SqlText> statements,
               const std::vector<db::SqlText>& migrations, size_t pool_size = 8);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  db::Pool& pool() { return *pool_; }
  // Another pool, as a second process would have.
  std::unique_ptr<db::Pool> NewPool(size_t size);
  // DSNs of the application role, the owner and the superuser.
  std::string app_dsn() const { return DsnOf(service_ + "_app"); }
  std::string owner_dsn() const { return DsnOf(service_ + "_owner"); }
  std::string admin_dsn() const { return DsnOf(""); }
  // Runs SQL as the superuser with the service's search_path; the first column of every row, as
  // text. For looking behind the service and for tampering.
  std::vector<std::string> Admin(const std::string& sql);

 private:
  std::string DsnOf(const std::string& user) const;

  std::string service_;
  std::string name_;
  std::vector<db::SqlText> statements_;
  std::unique_ptr<db::Pool> pool_;
};

}  // namespace laurel::testing
