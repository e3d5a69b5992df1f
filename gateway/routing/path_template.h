// Parses the path templates of google.api.http: `/v1/members/{member_id}/points:earn`. Refuses what
// a matcher could not decide: `**` before the end, an empty segment, a variable within a variable,
// one field bound twice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::gateway {

struct PathSegment {
  enum class Kind { kLiteral, kAny, kRest };
  Kind kind = Kind::kLiteral;
  std::string literal;  // decoded; only with kLiteral
};

// `{member_id}` or `{name=shelves/*}`: the segments [first, first + count) fill the field.
struct PathVariable {
  std::vector<std::string> field_path;
  size_t first = 0;
  size_t count = 0;
  // Spans more than one segment, so that an encoded slash within one must stay encoded.
  bool spans_segments = false;
  // Ends with `**`: takes all that is left, even nothing.
  bool open_ended = false;
};

struct PathTemplate {
  std::vector<PathSegment> segments;
  std::vector<PathVariable> variables;
  std::string verb;  // without its colon; empty: none
};

// INVALID_ARGUMENT, ROUTE_INVALID with the place of the fault.
absl::StatusOr<PathTemplate> ParsePathTemplate(std::string_view text);

}  // namespace laurel::gateway
