// LAUREL_CHECK(condition): a broken invariant of our own ends the program with file and line.
// Never for what comes from outside.
#pragma once

#include <cstdio>
#include <cstdlib>

#define LAUREL_CHECK(condition)                                                          \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
