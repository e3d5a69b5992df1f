// The rules of a message type in the form that the checker walks. Internal to lib/rules.
#pragma once

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/rules/rules.h"

namespace laurel::rules {

inline constexpr uint32_t kDefaultMaxLen = 1024;
inline constexpr uint32_t kDefaultMaxItems = 1000;

// How the value of a field is read and what it can break.
enum class Kind {
  kText,     // string, or bytes with a length rule
  kInteger,  // int32 to uint64 with a bound or required
  kEnum,     // with a rule
  kPresent,  // only presence can be checked
  kMessage,
  kItemsOnly,  // only the number of items can be checked
};

struct CompiledField {
  const google::protobuf::FieldDescriptor* field = nullptr;
  Kind kind = Kind::kPresent;
  bool repeated = false;
  bool presence = false;
  bool required = false;
  bool program = false;
  bool has_min = false;
  bool has_max = false;
  int64_t min = 0;
  int64_t max = 0;
  uint32_t min_len = 0;
  uint32_t max_len = kDefaultMaxLen;
  uint32_t max_items = kDefaultMaxItems;
  std::string id_prefix;
  std::unique_ptr<const RE2> pattern;
  std::vector<std::string> in;
  // Of a message field; null: nothing in it can be wrong.
  const Compiled* message = nullptr;
};

// Messages of Google's whose values are checked as a whole.
enum class WellKnown { kNone, kTimestamp, kDate };

class Compiled {
 public:
  WellKnown well_known = WellKnown::kNone;
  KnownFields known;
  // Only the fields that can be wrong, in the order of their numbers.
  std::vector<CompiledField> fields;
  // What is wrong with the rules themselves; found by CheckServiceRules.
  std::vector<std::string> problems;
  // False while its own fields are being compiled: a recursive type meets itself like that.
  bool complete = false;
};

}  // namespace laurel::rules
