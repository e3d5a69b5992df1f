# laurel_embed_sql(TARGET t SERVICE s DIR d): a library with the texts of d/queries/*.sql and of
# d/migrations/NNNN_name/up.sql, reachable as laurel::<s>::sql::Queries() and Migrations()
# (lib/db/sql.h). Statements carry their file's name.
function(laurel_embed_sql)
  cmake_parse_arguments(E "" "TARGET;SERVICE;DIR" "" ${ARGN})
  file(GLOB queries CONFIGURE_DEPENDS ${E_DIR}/queries/*.sql)
  file(GLOB migrations CONFIGURE_DEPENDS ${E_DIR}/migrations/*/up.sql)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${E_TARGET})
  add_custom_command(
    OUTPUT ${out}.cc ${out}.h
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DSERVICE=${E_SERVICE} "-DQUERIES=${queries}"
            "-DMIGRATIONS=${migrations}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${queries} ${migrations} ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    COMMENT "Embedding SQL of ${E_SERVICE}"
    VERBATIM)
  add_library(${E_TARGET} STATIC ${out}.cc)
  target_include_directories(${E_TARGET} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
