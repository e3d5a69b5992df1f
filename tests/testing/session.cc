#include "tests/testing/session.h"

#include <pqxx/pqxx>

namespace laurel::testing {

struct Session::Connection {
  pqxx::connection to;
};

Session::Session(const std::string& dsn, const std::string& schema)
    : connection_(
          new Connection{pqxx::connection(dsn + " options='-c search_path=" + schema + "'")}) {}

Session::~Session() = default;

std::vector<std::string> Session::Query(const std::string& sql) {
  std::vector<std::string> out;
  pqxx::nontransaction tx(connection_->to);
  for (const auto& row : tx.exec(sql)) out.emplace_back(row[0].is_null() ? "" : row[0].c_str());
  return out;
}

std::string Session::RefusalOf(const std::string& sql) {
  pqxx::work tx(connection_->to);
  try {
    tx.exec(sql);
    tx.commit();
  } catch (const pqxx::insufficient_privilege&) {
    return "42501";
  } catch (const pqxx::sql_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace laurel::testing
