// One connection to a test's database that stays open, as whoever its DSN names.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace laurel::testing {

class Session {
 public:
  Session(const std::string& dsn, const std::string& schema);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The first column of every row, as text. Throws when PostgreSQL refuses.
  std::vector<std::string> Query(const std::string& sql);
  // Why PostgreSQL refuses it: 42501 for a missing right, the text of any other error; empty: it
  // was done.
  std::string RefusalOf(const std::string& sql);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace laurel::testing
