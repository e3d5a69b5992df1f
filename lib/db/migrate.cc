#include "lib/db/migrate.h"

#include <pqxx/pqxx>

#include "lib/base/uuid.h"
#include "lib/db/errors.h"
#include "lib/status/error.h"

namespace laurel::db {
namespace {

constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, "
    "apply_time timestamptz NOT NULL DEFAULT clock_timestamp())";

std::string WithRole(std::string text, const std::string& role) {
  constexpr std::string_view kMark = "{app}";
  for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    text.replace(at, kMark.size(), role);
  }
  return text;
}

// True when it was applied now.
bool ApplyOne(pqxx::connection& connection, const SqlText& migration, const std::string& app_role) {
  pqxx::work tx(connection);
  tx.exec0("LOCK TABLE schema_migrations IN EXCLUSIVE MODE");
  const std::string checksum = base::ToString(base::HashedUuid(migration.text));
  const pqxx::result known =
      tx.exec_params("SELECT checksum FROM schema_migrations WHERE name = $1", migration.name);
  if (!known.empty()) {
    if (checksum == known[0][0].c_str()) return false;
    throw pqxx::failure(std::string("migration ") + migration.name +
                        " was applied with another text; migrations are never edited");
  }
  tx.exec(WithRole(migration.text, app_role));
  tx.exec_params("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", migration.name,
                 checksum);
  tx.commit();
  return true;
}

}  // namespace

absl::Status Migrate(const std::string& owner_dsn, const std::string& app_role,
                     const std::vector<SqlText>& migrations, std::vector<std::string>* applied) {
  return Catching([&] {
    pqxx::connection connection(owner_dsn);
    {
      pqxx::work tx(connection);
      tx.exec0("SET LOCAL client_min_messages = warning");
      // Creating it twice at once fails even with IF NOT EXISTS; the schema's owner is one lock.
      tx.exec1("SELECT pg_advisory_xact_lock(hashtext(current_schema()))");
      tx.exec0(kTable);
      tx.commit();
    }
    for (const SqlText& migration : migrations) {
      if (ApplyOne(connection, migration, app_role)) applied->push_back(migration.name);
    }
  });
}

}  // namespace laurel::db
