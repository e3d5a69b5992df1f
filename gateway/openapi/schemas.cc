#include "gateway/openapi/schemas.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "laurel/api/v1/options.pb.h"
#include "lib/base/uuid.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;
namespace proto = google::protobuf;
using FieldType = proto::FieldDescriptor;
using FieldSet = std::set<const FieldType*>;

// What rules::Check holds where a field says nothing of its own.
constexpr uint32_t kDefaultMaxLength = 1024;
constexpr uint32_t kDefaultMaxItems = 1000;
constexpr char kIdBody[] = "[0-7][0-9a-hjkmnp-tv-z]{25}";

const laurel::api::v1::FieldRules& RulesOf(const FieldType& field) {
  return field.options().GetExtension(laurel::api::v1::field);
}

// An id as examples show it.
std::string ExampleId(const std::string& prefix) {
  return base::EncodeId(prefix, {0x0193a5c0f1237abcULL, 0x8def0123456789abULL});
}

json::object Text(const laurel::api::v1::FieldRules& rules) {
  json::object schema{{"type", "string"}};
  if (rules.required()) schema["minLength"] = 1;
  if (rules.min_len() > 0) schema["minLength"] = rules.min_len();
  schema["maxLength"] = rules.max_len() > 0 ? rules.max_len() : kDefaultMaxLength;
  if (!rules.id_prefix().empty()) {
    const std::string id = rules.id_prefix() + "_" + kIdBody;
    schema["pattern"] = rules.id_prefix() == "mem" ? "^(me|" + id + ")$" : "^" + id + "$";
    schema["examples"] = json::array{ExampleId(rules.id_prefix())};
  } else if (!rules.pattern().empty()) {
    schema["pattern"] = "^(" + rules.pattern() + ")$";
  }
  if (rules.in_size() > 0) {
    json::array values;
    for (const auto& value : rules.in()) values.emplace_back(value);
    schema["enum"] = std::move(values);
  }
  return schema;
}

json::object WholeNumber(const laurel::api::v1::FieldRules& rules, const char* format) {
  json::object schema{{"type", "integer"}, {"format", format}};
  if (rules.has_min()) schema["minimum"] = rules.min();
  if (rules.has_max()) schema["maximum"] = rules.max();
  return schema;
}

// 64 bits are more than a JSON number of most languages holds.
json::object LongNumber(const laurel::api::v1::FieldRules& rules, bool is_signed) {
  const bool negative = is_signed && !(rules.has_min() && rules.min() >= 0);
  return {{"type", "string"},
          {"format", is_signed ? "int64" : "uint64"},
          {"pattern", negative ? "^(0|-?[1-9][0-9]{0,18})$" : "^(0|[1-9][0-9]{0,19})$"},
          {"examples", json::array{rules.has_min() && rules.min() > 0 ? std::to_string(rules.min())
                                                                      : std::string("100")}}};
}

// Types with a form of their own in JSON; empty: an ordinary message.
json::object WellKnown(const proto::Descriptor& message) {
  switch (message.well_known_type()) {
    case proto::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return {{"type", "string"},
              {"format", "date-time"},
              {"examples", json::array{"2026-01-31T12:00:00Z"}}};
    case proto::Descriptor::WELLKNOWNTYPE_DURATION:
      return {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"}};
    case proto::Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return {{"type", "string"}};
    case proto::Descriptor::WELLKNOWNTYPE_ANY:
      return {{"type", "object"},
              {"properties", json::object{{"@type", json::object{{"type", "string"}}}}},
              {"required", json::array{"@type"}},
              {"additionalProperties", true}};
    default:
      return {};
  }
}

}  // namespace

// The short name, unless a message of another package has it.
std::string Schemas::NameOf(const std::string& full_name, const std::string& short_name) {
  const auto [it, added] = full_names_.try_emplace(short_name, full_name);
  return added || it->second == full_name ? short_name : full_name;
}

std::string Schemas::DescriptionOf(const FieldType& field) const {
  std::string text = comments_.Of(field);
  const auto& rules = RulesOf(field);
  const bool is_long = field.cpp_type() == FieldType::CPPTYPE_INT64;
  if (is_long && rules.has_min() && rules.has_max()) {
    absl::StrAppend(&text, " From ", rules.min(), " to ", rules.max(), ".");
  } else if (is_long && rules.has_min()) {
    absl::StrAppend(&text, " At least ", rules.min(), ".");
  }
  return text;
}

json::object Schemas::Reference(const proto::Descriptor& message) {
  const std::string name = NameOf(message.full_name(), message.name());
  if (!schemas_.contains(name)) {
    schemas_[name] = {};  // so that a message within itself ends here
    schemas_[name] = Object(message, {});
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

json::object Schemas::Enum(const proto::EnumDescriptor& type) {
  std::string short_name = type.name();
  if (type.containing_type() != nullptr) short_name = type.containing_type()->name() + short_name;
  const std::string name = NameOf(type.full_name(), short_name);
  if (!schemas_.contains(name)) {
    json::array values;
    std::string description = comments_.Of(type);
    for (int i = 0; i < type.value_count(); ++i) {
      const auto& value = *type.value(i);
      values.emplace_back(value.name());
      absl::StrAppend(&description, "\n- `", value.name(), "`: ", comments_.Of(value));
    }
    schemas_[name] = {
        {"type", "string"}, {"enum", std::move(values)}, {"description", description}};
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

json::object Schemas::Value(const FieldType& field) {
  const auto& rules = RulesOf(field);
  switch (field.cpp_type()) {
    case FieldType::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldType::CPPTYPE_INT32:
      return WholeNumber(rules, "int32");
    case FieldType::CPPTYPE_UINT32: {
      json::object schema = WholeNumber(rules, "int64");
      if (!schema.contains("minimum")) schema["minimum"] = 0;
      return schema;
    }
    case FieldType::CPPTYPE_INT64:
      return LongNumber(rules, true);
    case FieldType::CPPTYPE_UINT64:
      return LongNumber(rules, false);
    case FieldType::CPPTYPE_ENUM:
      return Enum(*field.enum_type());
    case FieldType::CPPTYPE_MESSAGE: {
      json::object known = WellKnown(*field.message_type());
      return known.empty() ? Reference(*field.message_type()) : known;
    }
    default:
      if (field.type() == FieldType::TYPE_BYTES) {
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      }
      return Text(rules);
  }
}

json::object Schemas::Field(const FieldType& field) {
  json::object schema;
  if (field.is_map()) {
    schema = {{"type", "object"},
              {"additionalProperties", Value(*field.message_type()->map_value())}};
  } else if (field.is_repeated()) {
    const auto& rules = RulesOf(field);
    schema = {{"type", "array"}, {"items", Value(field)}};
    if (rules.required()) schema["minItems"] = 1;
    schema["maxItems"] = rules.max_items() > 0 ? rules.max_items() : kDefaultMaxItems;
  } else {
    schema = Value(field);
  }
  const std::string description = DescriptionOf(field);
  if (!description.empty()) schema["description"] = description;
  return schema;
}

json::object Schemas::Object(const proto::Descriptor& message, const FieldSet& left_out) {
  json::object properties;
  json::array required;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldType& field = *message.field(i);
    // The programme comes from the credential; nobody has to state it.
    if (left_out.contains(&field) || RulesOf(field).program()) continue;
    properties[field.json_name()] = Field(field);
    if (RulesOf(field).required()) required.emplace_back(field.json_name());
  }
  json::object schema{{"type", "object"}};
  std::string description = comments_.Of(message);
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    const auto& oneof = *message.oneof_decl(i);
    std::vector<std::string> names;
    for (int k = 0; k < oneof.field_count(); ++k) names.push_back(oneof.field(k)->json_name());
    if (names.size() > 1) {
      absl::StrAppend(&description, " At most one of `", absl::StrJoin(names, "`, `"), "`.");
    }
  }
  if (!description.empty()) schema["description"] = description;
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

json::object Schemas::Body(const proto::Descriptor& message, const FieldSet& left_out,
                           const std::string& name) {
  json::object schema = Object(message, left_out);
  schema["additionalProperties"] = false;
  const std::string unique = NameOf(message.full_name() + " body", name);
  schemas_[unique] = std::move(schema);
  return {{"$ref", "#/components/schemas/" + unique}};
}

}  // namespace laurel::gateway
