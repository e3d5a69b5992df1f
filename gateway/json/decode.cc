#include "gateway/json/decode.h"

#include <google/protobuf/util/json_util.h>

#include <boost/json/serialize.hpp>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/strings.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;
namespace proto = google::protobuf;
using Wrong = std::vector<status::Violation>;

// A body with a thousand faults is answered with the first fifty.
constexpr size_t kMaxViolations = 50;

void Say(const std::string& path, std::string what, Wrong* wrong) {
  if (wrong->size() < kMaxViolations) wrong->push_back({path, std::move(what)});
}

std::string Join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// Where a decoded value goes: a singular field, a repeated field's new item, or a map entry's half.
struct Slot {
  const proto::FieldDescriptor& field;
  proto::Message* message;
};

#define LAUREL_STORE(Name, type)                               \
  void Store##Name(const Slot& slot, type value) {             \
    const auto* reflection = slot.message->GetReflection();    \
    if (slot.field.is_repeated()) {                            \
      reflection->Add##Name(slot.message, &slot.field, value); \
    } else {                                                   \
      reflection->Set##Name(slot.message, &slot.field, value); \
    }                                                          \
  }
LAUREL_STORE(Bool, bool)
LAUREL_STORE(Int32, int32_t)
LAUREL_STORE(Int64, int64_t)
LAUREL_STORE(UInt32, uint32_t)
LAUREL_STORE(UInt64, uint64_t)
LAUREL_STORE(EnumValue, int)
LAUREL_STORE(String, std::string)
#undef LAUREL_STORE

proto::Message* StoreMessage(const Slot& slot) {
  const auto* reflection = slot.message->GetReflection();
  return slot.field.is_repeated() ? reflection->AddMessage(slot.message, &slot.field)
                                  : reflection->MutableMessage(slot.message, &slot.field);
}

// Plain digits with an optional minus: no plus, blank, fraction or exponent.
template <typename T>
std::optional<T> WholeNumber(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
  T value;
  if (!absl::SimpleAtoi(base::ToAbsl(text), &value)) return std::nullopt;
  return value;
}

template <typename T>
std::optional<T> WholeNumber(const json::value& value) {
  if (const auto* text = value.if_string()) {
    return WholeNumber<T>(std::string_view(text->data(), text->size()));
  }
  if (const auto* i = value.if_int64()) {
    if (!std::in_range<T>(*i)) return std::nullopt;
    return static_cast<T>(*i);
  }
  if (const auto* u = value.if_uint64()) {
    if (!std::in_range<T>(*u)) return std::nullopt;
    return static_cast<T>(*u);
  }
  return std::nullopt;
}

template <typename T, typename Store>
void DecodeInteger(const json::value& value, const std::string& path, Store store, Wrong* wrong) {
  if (const auto number = WholeNumber<T>(value)) {
    store(*number);
  } else {
    Say(path,
        absl::StrCat("must be a whole number from ", std::numeric_limits<T>::min(), " to ",
                     std::numeric_limits<T>::max()),
        wrong);
  }
}

void DecodeEnum(const json::value& value, const std::string& path, const Slot& slot, Wrong* wrong) {
  const auto* text = value.if_string();
  const auto* known =
      text == nullptr
          ? nullptr
          : slot.field.enum_type()->FindValueByName(std::string(text->data(), text->size()));
  if (known == nullptr) {
    Say(path, "must be the name of a " + slot.field.enum_type()->name(), wrong);
    return;
  }
  StoreEnumValue(slot, known->number());
}

void DecodeString(const json::value& value, const std::string& path, const Slot& slot,
                  Wrong* wrong) {
  const auto* text = value.if_string();
  if (text == nullptr) {
    Say(path, "must be a string", wrong);
    return;
  }
  std::string content(text->data(), text->size());
  if (slot.field.type() == proto::FieldDescriptor::TYPE_BYTES) {
    std::string bytes;
    if (!absl::Base64Unescape(content, &bytes) && !absl::WebSafeBase64Unescape(content, &bytes)) {
      Say(path, "must be base64", wrong);
      return;
    }
    StoreString(slot, std::move(bytes));
  } else if (content.find('\0') != std::string::npos) {
    Say(path, "must not contain NUL", wrong);
  } else {
    StoreString(slot, std::move(content));
  }
}

// Types that JSON writes as one string or number; protobuf's own reader knows their forms.
bool IsWellKnown(const proto::Descriptor& type) {
  switch (type.well_known_type()) {
    case proto::Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return false;
    default:
      return true;
  }
}

void DecodeWellKnown(const json::value& value, const std::string& path, proto::Message* message,
                     Wrong* wrong) {
  proto::util::JsonParseOptions options;
  const auto* type = message->GetDescriptor();
  // protobuf's reader is lenient about much; strings are what these forms have in common.
  const bool is_text = type->well_known_type() == proto::Descriptor::WELLKNOWNTYPE_TIMESTAMP ||
                       type->well_known_type() == proto::Descriptor::WELLKNOWNTYPE_DURATION ||
                       type->well_known_type() == proto::Descriptor::WELLKNOWNTYPE_FIELDMASK;
  if ((is_text && !value.is_string()) ||
      !proto::util::JsonStringToMessage(json::serialize(value), message, options).ok()) {
    std::string what = "must be a " + type->name();
    if (type->name() == "Timestamp") what += " in RFC 3339, such as 2026-01-31T12:00:00Z";
    Say(path, std::move(what), wrong);
  }
}

void DecodeValue(const json::value& value, const std::string& path, const Slot& slot,
                 Wrong* wrong) {
  using Field = proto::FieldDescriptor;
  switch (slot.field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return DecodeInteger<int32_t>(
          value, path, [&](auto v) { StoreInt32(slot, v); }, wrong);
    case Field::CPPTYPE_INT64:
      return DecodeInteger<int64_t>(
          value, path, [&](auto v) { StoreInt64(slot, v); }, wrong);
    case Field::CPPTYPE_UINT32:
      return DecodeInteger<uint32_t>(
          value, path, [&](auto v) { StoreUInt32(slot, v); }, wrong);
    case Field::CPPTYPE_UINT64:
      return DecodeInteger<uint64_t>(
          value, path, [&](auto v) { StoreUInt64(slot, v); }, wrong);
    case Field::CPPTYPE_BOOL:
      if (value.is_bool()) return StoreBool(slot, value.get_bool());
      return Say(path, "must be true or false", wrong);
    case Field::CPPTYPE_ENUM:
      return DecodeEnum(value, path, slot, wrong);
    case Field::CPPTYPE_STRING:
      return DecodeString(value, path, slot, wrong);
    case Field::CPPTYPE_MESSAGE:
      return DecodeMessage(value, path, StoreMessage(slot), wrong);
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT:
      // No contract of Laurel has one (routes.cc refuses them at start).
      return Say(path, "cannot be given", wrong);
  }
}

void DecodeMap(const json::value& value, const std::string& path, const Slot& slot, Wrong* wrong) {
  const auto* object = value.if_object();
  if (object == nullptr) return Say(path, "must be an object", wrong);
  const auto* key_field = slot.field.message_type()->map_key();
  const auto* value_field = slot.field.message_type()->map_value();
  for (const auto& item : *object) {
    const std::string item_path = path + "[\"" + std::string(item.key()) + "\"]";
    proto::Message* entry = StoreMessage(slot);
    DecodeText(std::string_view(item.key().data(), item.key().size()), item_path, *key_field, entry,
               wrong);
    DecodeValue(item.value(), item_path, {*value_field, entry}, wrong);
  }
}

void DecodeRepeated(const json::value& value, const std::string& path, const Slot& slot,
                    Wrong* wrong) {
  const auto* array = value.if_array();
  if (array == nullptr) return Say(path, "must be an array", wrong);
  for (size_t i = 0; i < array->size(); ++i) {
    DecodeValue((*array)[i], absl::StrCat(path, "[", i, "]"), slot, wrong);
  }
}

const proto::FieldDescriptor* FindField(const proto::Descriptor& type, const std::string& name) {
  if (const auto* field = type.FindFieldByCamelcaseName(name)) return field;
  return type.FindFieldByName(name);
}

}  // namespace

void DecodeMessage(const json::value& value, const std::string& path, proto::Message* message,
                   Wrong* wrong) {
  const auto& type = *message->GetDescriptor();
  if (IsWellKnown(type)) return DecodeWellKnown(value, path, message, wrong);
  const auto* object = value.if_object();
  if (object == nullptr) {
    return Say(path, path.empty() ? "the body must be an object" : "must be an object", wrong);
  }
  std::set<const proto::FieldDescriptor*> seen;
  std::set<const proto::OneofDescriptor*> chosen;
  for (const auto& item : *object) {
    const std::string name(item.key().data(), item.key().size());
    const std::string item_path = Join(path, name);
    const auto* field = FindField(type, name);
    if (field == nullptr) {
      Say(item_path, "is not a field of " + type.name(), wrong);
      continue;
    }
    if (!seen.insert(field).second) {
      Say(item_path, "is given twice, under both of its names", wrong);
      continue;
    }
    if (item.value().is_null()) continue;  // null is absent, as in protobuf's mapping
    const auto* oneof = field->real_containing_oneof();
    if (oneof != nullptr && !chosen.insert(oneof).second) {
      Say(item_path, "at most one of the group " + oneof->name() + " may be given", wrong);
      continue;
    }
    const Slot slot{*field, message};
    if (field->is_map()) {
      DecodeMap(item.value(), item_path, slot, wrong);
    } else if (field->is_repeated()) {
      DecodeRepeated(item.value(), item_path, slot, wrong);
    } else {
      DecodeValue(item.value(), item_path, slot, wrong);
    }
  }
}

void DecodeText(std::string_view text, const std::string& path, const proto::FieldDescriptor& field,
                proto::Message* message, Wrong* wrong) {
  const Slot slot{field, message};
  if (field.cpp_type() == proto::FieldDescriptor::CPPTYPE_BOOL) {
    if (text != "true" && text != "false") return Say(path, "must be true or false", wrong);
    return StoreBool(slot, text == "true");
  }
  if (field.cpp_type() == proto::FieldDescriptor::CPPTYPE_MESSAGE &&
      !IsWellKnown(*field.message_type())) {
    return Say(path, "must name a field within it", wrong);
  }
  DecodeValue(json::string(text.data(), text.size()), path, slot, wrong);
}

}  // namespace laurel::gateway
