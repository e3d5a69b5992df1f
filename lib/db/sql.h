// A named SQL text: a statement (prepared under its name when a connection opens) or a migration.
// Made from .sql files at build time (cmake/LaurelSql.cmake).
#pragma once

namespace laurel::db {

struct SqlText {
  const char* name;
  const char* text;
};

}  // namespace laurel::db
