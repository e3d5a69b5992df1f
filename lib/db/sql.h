// A named SQL text: a statement (prepared under its name when a connection opens) or a migration. A
// statement with `{day}` in its text is one per day, prepared when a connection first needs it.
// Made from .sql files at build time (cmake/LaurelSql.cmake).
#pragma once

#include <string_view>

namespace laurel::db {

inline constexpr std::string_view kDay = "{day}";

struct SqlText {
  const char* name;
  const char* text;
};

}  // namespace laurel::db
