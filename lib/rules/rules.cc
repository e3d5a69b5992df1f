#include "lib/rules/rules.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"
#include "lib/rules/compiled.h"
#include "lib/status/error.h"

namespace laurel::rules {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxViolations = 100;

// Where the walk stands; written out only when something is wrong.
struct Path {
  const Path* parent;
  const FieldDescriptor* field;
  int index;               // -1: not an item
  const std::string* key;  // of a map entry, or null

  std::string ToString() const {
    std::string text = parent == nullptr ? "" : parent->ToString() + ".";
    text += field->json_name();
    if (key != nullptr) return text + "." + *key;
    if (index >= 0) absl::StrAppend(&text, "[", index, "]");
    return text;
  }
};

constexpr std::array<bool, 256> CrockfordTable() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("0123456789abcdefghjkmnpqrstvwxyz")) {
    table[static_cast<uint8_t>(c)] = true;
  }
  return table;
}

// The canonical spelling that base::DecodeId accepts, without decoding it.
bool IsId(std::string_view prefix, std::string_view text) {
  static constexpr std::array<bool, 256> kIsDigit = CrockfordTable();
  if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) ||
      text[prefix.size()] != '_' || text[prefix.size() + 1] > '7') {
    return false;
  }
  const std::string_view body = text.substr(prefix.size() + 1);
  return std::all_of(body.begin(), body.end(),
                     [](char c) { return kIsDigit[static_cast<uint8_t>(c)]; });
}

class Checker {
 public:
  explicit Checker(std::string_view program) : program_(program) {}

  void CheckMessage(const Compiled& compiled, const Message& message, const Path* path, int depth) {
    if (depth > kMaxDepth) {
      Add(*path, "is nested too deeply");
      return;
    }
    if (compiled.well_known != WellKnown::kNone) {
      CheckWellKnown(compiled.well_known, message, *path);
      return;
    }
    const Reflection& reflection = *message.GetReflection();
    for (const CompiledField& field : compiled.fields) {
      if (violations_.size() >= kMaxViolations) return;
      if (field.repeated) {
        CheckItems(field, message, reflection, path, depth);
      } else {
        CheckSingle(field, message, reflection, path, depth);
      }
    }
  }

  std::vector<status::Violation>& violations() { return violations_; }

 private:
  void Add(const Path& path, std::string description) {
    violations_.push_back({.field = path.ToString(), .description = std::move(description)});
  }

  void CheckSingle(const CompiledField& field, const Message& message, const Reflection& reflection,
                   const Path* parent, int depth) {
    const Path path{.parent = parent, .field = field.field, .index = -1, .key = nullptr};
    switch (field.kind) {
      case Kind::kText: {
        std::string scratch;
        const std::string& text = reflection.GetStringReference(message, field.field, &scratch);
        const bool in_item = field.program && depth > 0;
        if (text.empty() && field.required && !in_item) {
          Add(path, "is required");
        } else if (!text.empty() || (field.presence && reflection.HasField(message, field.field))) {
          CheckText(field, text, path);
          if (in_item && text != program_) Add(path, "must be empty or the request's own");
        }
        return;
      }
      case Kind::kInteger:
        if (field.presence && !reflection.HasField(message, field.field)) {
          if (field.required) Add(path, "is required");
          return;
        }
        CheckInteger(field, message, reflection, path);
        return;
      case Kind::kEnum: {
        const int value = reflection.GetEnumValue(message, field.field);
        if (value == 0) {
          Add(path, "is required");
        } else if (field.field->enum_type()->FindValueByNumber(value) == nullptr) {
          Add(path, "is not a known value");
        }
        return;
      }
      case Kind::kMessage:
        if (!reflection.HasField(message, field.field)) {
          if (field.required) Add(path, "is required");
        } else if (field.message != nullptr) {
          CheckMessage(*field.message, reflection.GetMessage(message, field.field), &path,
                       depth + 1);
        }
        return;
      case Kind::kPresent:
      case Kind::kItemsOnly:
        if (field.required && !reflection.HasField(message, field.field)) Add(path, "is required");
        return;
    }
  }

  void CheckItems(const CompiledField& field, const Message& message, const Reflection& reflection,
                  const Path* parent, int depth) {
    const int count = reflection.FieldSize(message, field.field);
    const Path whole{.parent = parent, .field = field.field, .index = -1, .key = nullptr};
    if (count == 0) {
      if (field.required) Add(whole, "is required");
      return;
    }
    if (static_cast<uint32_t>(count) > field.max_items) {
      Add(whole, absl::StrCat("must have at most ", field.max_items, " items"));
      return;
    }
    if (field.field->is_map()) {
      CheckMap(field, message, reflection, parent, depth);
      return;
    }
    for (int i = 0; i < count && violations_.size() < kMaxViolations; ++i) {
      const Path path{.parent = parent, .field = field.field, .index = i, .key = nullptr};
      if (field.kind == Kind::kText) {
        std::string scratch;
        CheckText(field, reflection.GetRepeatedStringReference(message, field.field, i, &scratch),
                  path);
      } else if (field.message != nullptr) {
        CheckMessage(*field.message, reflection.GetRepeatedMessage(message, field.field, i), &path,
                     depth + 1);
      }
    }
  }

  // Keys and values have the implicit limits; the values' own rules if they are messages.
  void CheckMap(const CompiledField& field, const Message& message, const Reflection& reflection,
                const Path* parent, int depth) {
    if (field.message == nullptr) return;
    const FieldDescriptor* const key_field = field.field->message_type()->map_key();
    const bool text_key = key_field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const int count = reflection.FieldSize(message, field.field);
    for (int i = 0; i < count && violations_.size() < kMaxViolations; ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, field.field, i);
      std::string scratch;
      const std::string* key =
          text_key ? &entry.GetReflection()->GetStringReference(entry, key_field, &scratch)
                   : nullptr;
      if (key != nullptr && key->size() > kDefaultMaxLen) key = nullptr;  // not into the answer
      const Path path{.parent = parent, .field = field.field, .index = i, .key = key};
      CheckMessage(*field.message, entry, &path, depth + 1);
    }
  }

  void CheckText(const CompiledField& field, const std::string& text, const Path& path) {
    if (text.size() > field.max_len) {
      Add(path, absl::StrCat("must be at most ", field.max_len, " bytes long"));
      return;
    }
    if (text.size() < field.min_len) {
      Add(path, absl::StrCat("must be at least ", field.min_len, " bytes long"));
    }
    if (field.field->type() == FieldDescriptor::TYPE_STRING &&
        std::memchr(text.data(), '\0', text.size()) != nullptr) {
      Add(path, "must not contain the character NUL");  // PostgreSQL has no such text
    }
    if (!field.id_prefix.empty() && !IsId(field.id_prefix, text)) {
      Add(path, absl::StrCat("must be an id that starts with ", field.id_prefix, "_"));
    }
    if (field.pattern != nullptr && !RE2::FullMatch(text, *field.pattern)) {
      Add(path, absl::StrCat("must match ", field.pattern->pattern()));
    }
    if (!field.in.empty() && std::find(field.in.begin(), field.in.end(), text) == field.in.end()) {
      Add(path, absl::StrCat("must be one of ", absl::StrJoin(field.in, ", ")));
    }
  }

  void CheckInteger(const CompiledField& field, const Message& message,
                    const Reflection& reflection, const Path& path) {
    int64_t value = 0;
    switch (field.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        value = reflection.GetInt32(message, field.field);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        value = reflection.GetUInt32(message, field.field);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        value = reflection.GetInt64(message, field.field);
        break;
      default:  // what is beyond int64 is beyond every max, too
        value = static_cast<int64_t>(std::min<uint64_t>(reflection.GetUInt64(message, field.field),
                                                        static_cast<uint64_t>(INT64_MAX)));
        break;
    }
    if (value == 0 && field.required && !field.presence) {
      Add(path, "is required");
    } else if (field.has_min && value < field.min) {
      Add(path, absl::StrCat("must be at least ", field.min));
    } else if (field.has_max && value > field.max) {
      Add(path, absl::StrCat("must be at most ", field.max));
    }
  }

  void CheckWellKnown(WellKnown type, const Message& message, const Path& path) {
    if (type == WellKnown::kTimestamp) {
      const auto& time = static_cast<const google::protobuf::Timestamp&>(message);
      if (time.seconds() < -62135596800 || time.seconds() > 253402300799 || time.nanos() < 0 ||
          time.nanos() > 999999999) {
        Add(path, "must be a time in the years 1 to 9999");
      }
      return;
    }
    const auto& date = static_cast<const google::type::Date&>(message);
    const absl::CivilDay day(date.year(), date.month(), date.day());
    if (date.year() < 1 || date.year() > 9999 || day.month() != date.month() ||
        day.day() != date.day()) {
      Add(path, "must be a calendar day");
    }
  }

  const std::string_view program_;
  std::vector<status::Violation> violations_;
};

}  // namespace

absl::Status Check(const Compiled& compiled, const Message& request) {
  std::string scratch;
  std::string_view program;
  if (compiled.known.program != nullptr) {
    program =
        request.GetReflection()->GetStringReference(request, compiled.known.program, &scratch);
  }
  Checker checker(program);
  checker.CheckMessage(compiled, request, nullptr, 0);
  if (checker.violations().empty()) return absl::OkStatus();
  checker.violations().resize(std::min(checker.violations().size(), kMaxViolations));
  return status::InvalidRequest(checker.violations());
}

absl::Status Check(const Message& request) {
  return Check(CompiledOf(request.GetDescriptor()), request);
}

}  // namespace laurel::rules
