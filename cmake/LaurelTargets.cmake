# The few kinds of target that the project has. Sources are found by folder, so that a new handler,
# query or test needs no line here.

add_library(laurel_warnings INTERFACE)
target_compile_options(laurel_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
target_include_directories(laurel_warnings INTERFACE ${CMAKE_SOURCE_DIR})

# laurel_lib(NAME part DEPS …): the static library lib_<part> from every .cc of the current folder.
function(laurel_lib)
  cmake_parse_arguments(L "" "NAME" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)  # headers first: a part may be written before its sources
    return()
  endif()
  add_library(lib_${L_NAME} STATIC ${sources})
  target_link_libraries(lib_${L_NAME} PUBLIC ${L_DEPS} PRIVATE laurel_warnings)
  laurel_use_pch(lib_${L_NAME})
  target_include_directories(lib_${L_NAME} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# laurel_service(NAME members DEPS …): the program members-svc. All sources but main.cc form one
# object library, members_objects, which main, tests and benchmarks link. sql/queries/*.sql and
# sql/migrations/*/up.sql are embedded.
function(laurel_service)
  cmake_parse_arguments(S "" "NAME" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    return()
  endif()
  laurel_embed_sql(TARGET ${S_NAME}_sql SERVICE ${S_NAME} DIR ${CMAKE_CURRENT_SOURCE_DIR}/sql)
  add_library(${S_NAME}_objects OBJECT ${sources})
  target_link_libraries(${S_NAME}_objects PUBLIC ${S_NAME}_sql ${S_DEPS} PRIVATE laurel_warnings)
  target_include_directories(${S_NAME}_objects PUBLIC ${CMAKE_SOURCE_DIR})
  # A service's own: generated code, gRPC and lib are three quarters of a handler's compile time.
  target_precompile_headers(${S_NAME}_objects PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR}/handlers/handlers.h ${CMAKE_CURRENT_SOURCE_DIR}/deps.h)
  target_compile_options(${S_NAME}_objects PRIVATE -fpch-preprocess)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    add_executable(${S_NAME}-svc main.cc)
    target_link_libraries(${S_NAME}-svc PRIVATE ${S_NAME}_objects laurel_warnings)
    target_precompile_headers(${S_NAME}-svc REUSE_FROM ${S_NAME}_objects)
    target_compile_options(${S_NAME}-svc PRIVATE -fpch-preprocess -O1)  # runs once, compiles long
  endif()
endfunction()

# laurel_test(NAME x SOURCES … DEPS … [LABELS …]): a GoogleTest program, one ctest entry
# per program (starting one is dearer than most of its tests). A property is tried 200 times; what
# the caller has in RC_PARAMS (a seed) is kept.
function(laurel_test)
  cmake_parse_arguments(T "" "NAME" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME} PRIVATE ${T_DEPS} GTest::gtest GTest::gmock laurel_warnings)
  set_target_properties(${T_NAME} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/tests)
  laurel_use_pch(${T_NAME})
  add_test(NAME ${T_NAME} COMMAND ${T_NAME})
  set_tests_properties(${T_NAME} PROPERTIES
    LABELS "${T_LABELS}" TIMEOUT 1200 SKIP_REGULAR_EXPRESSION ""
    ENVIRONMENT_MODIFICATION "RC_PARAMS=string_prepend:max_success=200 ")
endfunction()
