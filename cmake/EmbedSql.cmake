# Writes ${OUT}.h and ${OUT}.cc; see LaurelSql.cmake.
function(entries files by_folder var)
  set(text "")
  foreach(file ${files})
    if(by_folder)
      get_filename_component(folder ${file} DIRECTORY)
      get_filename_component(name ${folder} NAME)
    else()
      get_filename_component(name ${file} NAME_WE)
    endif()
    file(READ ${file} sql)
    string(APPEND text "      {\"${name}\", R\"__sql__(${sql})__sql__\"},\n")
  endforeach()
  set(${var} "${text}" PARENT_SCOPE)
endfunction()

string(REPLACE " " ";" QUERIES "${QUERIES}")
string(REPLACE " " ";" MIGRATIONS "${MIGRATIONS}")
entries("${QUERIES}" FALSE query_entries)
entries("${MIGRATIONS}" TRUE migration_entries)
get_filename_component(header ${OUT}.h NAME)
file(WRITE ${OUT}.h "// Generated from the .sql files.
#pragma once

#include <vector>

#include \"lib/db/sql.h\"

namespace laurel::${SERVICE}::sql {
const std::vector<laurel::db::SqlText>& Queries();
const std::vector<laurel::db::SqlText>& Migrations();
}  // namespace laurel::${SERVICE}::sql
")
file(WRITE ${OUT}.cc "// Generated from the .sql files.
#include \"${header}\"

namespace laurel::${SERVICE}::sql {
const std::vector<laurel::db::SqlText>& Queries() {
  static const auto* all = new std::vector<laurel::db::SqlText>{
${query_entries}  };
  return *all;
}
const std::vector<laurel::db::SqlText>& Migrations() {
  static const auto* all = new std::vector<laurel::db::SqlText>{
${migration_entries}  };
  return *all;
}
}  // namespace laurel::${SERVICE}::sql
")
