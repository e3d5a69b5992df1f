#include "gateway/json/encode.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/base/strings.h"

namespace laurel::gateway {
namespace {

namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;

void AppendFields(const proto::Message& message, bool comma, std::string* out);

void AppendNumber(int64_t value, bool quoted, std::string* out) {
  if (quoted) {
    absl::StrAppend(out, "\"", value, "\"");
  } else {
    absl::StrAppend(out, value);
  }
}

void AppendEnum(const proto::EnumDescriptor& type, int number, std::string* out) {
  if (const auto* known = type.FindValueByNumber(number)) {
    AppendJsonString(known->name(), out);
  } else {
    absl::StrAppend(out, number);
  }
}

void AppendBytes(const Field& field, const std::string& value, std::string* out) {
  if (field.type() == Field::TYPE_BYTES) {
    AppendJsonString(absl::Base64Escape(value), out);
  } else {
    AppendJsonString(value, out);
  }
}

// google.protobuf.Any: {"@type": …, fields}. A type that this binary does not know shows its name.
void AppendAny(const proto::Any& any, std::string* out) {
  if (any.type_url().empty()) {
    out->append("{}");
    return;
  }
  out->append("{\"@type\":");
  AppendJsonString(any.type_url(), out);
  const std::string name = any.type_url().substr(any.type_url().rfind('/') + 1);
  const auto* type = proto::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  const auto* prototype =
      type == nullptr ? nullptr : proto::MessageFactory::generated_factory()->GetPrototype(type);
  if (prototype != nullptr) {
    std::unique_ptr<proto::Message> content(prototype->New());
    if (content->ParseFromString(any.value())) AppendFields(*content, true, out);
  }
  out->push_back('}');
}

bool AppendWellKnown(const proto::Message& message, std::string* out) {
  switch (message.GetDescriptor()->well_known_type()) {
    case proto::Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return false;
    case proto::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      AppendJsonString(proto::util::TimeUtil::ToString(
                           *proto::DynamicCastToGenerated<proto::Timestamp>(&message)),
                       out);
      return true;
    case proto::Descriptor::WELLKNOWNTYPE_ANY:
      AppendAny(*proto::DynamicCastToGenerated<proto::Any>(&message), out);
      return true;
    default: {
      std::string text;
      if (proto::util::MessageToJsonString(message, &text).ok()) {
        out->append(text);
      } else {
        out->append("null");
      }
      return true;
    }
  }
}

void AppendSingular(const proto::Message& message, const Field& field, std::string* out) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return AppendNumber(reflection.GetInt32(message, &field), false, out);
    case Field::CPPTYPE_UINT32:
      return AppendNumber(reflection.GetUInt32(message, &field), false, out);
    case Field::CPPTYPE_INT64:
      return AppendNumber(reflection.GetInt64(message, &field), true, out);
    case Field::CPPTYPE_UINT64:
      absl::StrAppend(out, "\"", reflection.GetUInt64(message, &field), "\"");
      return;
    case Field::CPPTYPE_BOOL:
      out->append(reflection.GetBool(message, &field) ? "true" : "false");
      return;
    case Field::CPPTYPE_ENUM:
      return AppendEnum(*field.enum_type(), reflection.GetEnumValue(message, &field), out);
    case Field::CPPTYPE_STRING: {
      std::string scratch;
      return AppendBytes(field, reflection.GetStringReference(message, &field, &scratch), out);
    }
    case Field::CPPTYPE_MESSAGE:
      return AppendJson(reflection.GetMessage(message, &field), out);
    default:
      out->append("null");  // no contract has a float; routes.cc refuses them at start
  }
}

void AppendItem(const proto::Message& message, const Field& field, int i, std::string* out) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return AppendNumber(reflection.GetRepeatedInt32(message, &field, i), false, out);
    case Field::CPPTYPE_UINT32:
      return AppendNumber(reflection.GetRepeatedUInt32(message, &field, i), false, out);
    case Field::CPPTYPE_INT64:
      return AppendNumber(reflection.GetRepeatedInt64(message, &field, i), true, out);
    case Field::CPPTYPE_UINT64:
      absl::StrAppend(out, "\"", reflection.GetRepeatedUInt64(message, &field, i), "\"");
      return;
    case Field::CPPTYPE_BOOL:
      out->append(reflection.GetRepeatedBool(message, &field, i) ? "true" : "false");
      return;
    case Field::CPPTYPE_ENUM:
      return AppendEnum(*field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, i),
                        out);
    case Field::CPPTYPE_STRING: {
      std::string scratch;
      return AppendBytes(field, reflection.GetRepeatedStringReference(message, &field, i, &scratch),
                         out);
    }
    case Field::CPPTYPE_MESSAGE:
      return AppendJson(reflection.GetRepeatedMessage(message, &field, i), out);
    default:
      out->append("null");
  }
}

void AppendMap(const proto::Message& message, const Field& field, std::string* out) {
  const auto& reflection = *message.GetReflection();
  const auto* key_field = field.message_type()->map_key();
  const auto* value_field = field.message_type()->map_value();
  // Sorted, so that equal answers are equal bytes.
  std::vector<std::pair<std::string, const proto::Message*>> entries;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const auto& entry = reflection.GetRepeatedMessage(message, &field, i);
    std::string key;
    AppendSingular(entry, *key_field, &key);
    if (key.empty() || key[0] != '"') key = "\"" + key + "\"";
    entries.emplace_back(std::move(key), &entry);
  }
  std::sort(entries.begin(), entries.end());
  out->push_back('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out->push_back(',');
    out->append(entries[i].first).push_back(':');
    AppendSingular(*entries[i].second, *value_field, out);
  }
  out->push_back('}');
}

bool IsShown(const proto::Message& message, const Field& field) {
  if (field.is_repeated() || !field.has_presence()) return true;
  return message.GetReflection()->HasField(message, &field);
}

void AppendFields(const proto::Message& message, bool comma, std::string* out) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (!IsShown(message, field)) continue;
    if (comma) out->push_back(',');
    comma = true;
    out->push_back('"');
    out->append(field.json_name()).append("\":");
    AppendJsonField(message, field, out);
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // `<` and `>` are escaped too, so that no browser takes an answer for a page.
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (byte < 0x20 || byte == 0x7F || c == '<' || c == '>') {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 0xF]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

void AppendJsonField(const proto::Message& message, const Field& field, std::string* out) {
  if (field.is_map()) return AppendMap(message, field, out);
  if (!field.is_repeated()) return AppendSingular(message, field, out);
  out->push_back('[');
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    if (i > 0) out->push_back(',');
    AppendItem(message, field, i, out);
  }
  out->push_back(']');
}

void AppendJson(const proto::Message& message, std::string* out) {
  if (AppendWellKnown(message, out)) return;
  out->push_back('{');
  AppendFields(message, false, out);
  out->push_back('}');
}

}  // namespace laurel::gateway
