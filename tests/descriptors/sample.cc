#include "tests/descriptors/sample.h"

#include <google/protobuf/descriptor_database.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace laurel::testing {

namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;

namespace {

constexpr char kBody[] = "01jd0000000000000000000000";

// A text for each pattern in the protos: a new pattern wants a line here.
std::string MatchOf(const std::string& pattern) {
  static const auto* const samples = new std::map<std::string, std::string>{
      {"[0-9A-Za-z-]+", "ABC-123"},
      {"[A-Z]{3}", "USD"},
      {"[^@\\s]+@[^@\\s]+", "a@example.org"},
      {"[a-z][a-z0-9_]{0,31}", "points"},
      {"[a-z][a-z0-9_]{0,63}", "gold_member"},
      {"\\+[1-9][0-9]{5,14}", "+4930123456"},
      {"([01][0-9]|2[0-3]):[0-5][0-9]", "17:00"},
      {"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", "24:00"},
      {"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", "de-AT"},
      {"[a-z0-9][a-z0-9_-]{0,63}", "place-1"},
  };
  const auto found = samples->find(pattern);
  if (found == samples->end()) {
    std::cerr << "tests/descriptors/sample.cc knows no text for the pattern " << pattern << "\n";
    std::abort();
  }
  return found->second;
}

std::string TextFor(const Field& field) {
  const auto& rules = RulesOf(field);
  if (!rules.id_prefix().empty()) return rules.id_prefix() + "_" + kBody;
  if (rules.in_size() > 0) return rules.in(0);
  if (!rules.pattern().empty()) return MatchOf(rules.pattern());
  return std::string(std::max<size_t>(1, rules.min_len()), 'a');
}

int64_t NumberFor(const Field& field) {
  const auto& rules = RulesOf(field);
  return rules.has_min() ? std::max<int64_t>(1, rules.min()) : 1;
}

// The types of the messages that hold the one at hand: a type is not put into itself.
using Holders = std::vector<const proto::Descriptor*>;

void Fill(proto::Message* message, const Holders& holders);

void SetScalar(proto::Message* message, const Field& field) {
  const proto::Reflection& reflection = *message->GetReflection();
  const int64_t number = NumberFor(field);
  switch (field.cpp_type()) {
    case Field::CPPTYPE_STRING:
      return reflection.SetString(message, &field, TextFor(field));
    case Field::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, &field, field.enum_type()->value(1)->number());
    case Field::CPPTYPE_INT32:
      return reflection.SetInt32(message, &field, static_cast<int32_t>(number));
    case Field::CPPTYPE_INT64:
      return reflection.SetInt64(message, &field, number);
    case Field::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, &field, static_cast<uint32_t>(number));
    case Field::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, &field, static_cast<uint64_t>(number));
    default:
      return reflection.SetBool(message, &field, true);
  }
}

void AddItem(proto::Message* message, const Field& field, const Holders& holders) {
  const proto::Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
    Fill(reflection.AddMessage(message, &field), holders);
  } else if (field.cpp_type() == Field::CPPTYPE_STRING) {
    reflection.AddString(message, &field, TextFor(field));
  } else if (field.cpp_type() == Field::CPPTYPE_ENUM) {
    reflection.AddEnumValue(message, &field, field.enum_type()->value(1)->number());
  }
}

bool IsGooglesOwn(const Field& field) {
  return field.message_type()->full_name().rfind("google.", 0) == 0;
}

void FillDate(proto::Message* date) {
  const auto& type = *date->GetDescriptor();
  if (type.full_name() != "google.type.Date") return;
  for (const char* part : {"year", "month", "day"}) {
    date->GetReflection()->SetInt32(date, type.FindFieldByName(part), 7);
  }
}

void Fill(proto::Message* message, const Holders& outer) {
  const proto::Reflection& reflection = *message->GetReflection();
  const proto::Descriptor& type = *message->GetDescriptor();
  Holders holders = outer;
  holders.push_back(&type);
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (std::find(holders.begin(), holders.end(), field.message_type()) != holders.end()) continue;
    const auto* const choice = field.real_containing_oneof();
    if (choice != nullptr && reflection.HasOneof(*message, choice)) continue;
    const bool message_field = field.cpp_type() == Field::CPPTYPE_MESSAGE;
    if (field.is_repeated()) {
      if (!field.is_map()) AddItem(message, field, holders);
    } else if (message_field && IsGooglesOwn(field)) {
      if (RulesOf(field).required()) FillDate(reflection.MutableMessage(message, &field));
    } else if (message_field) {
      Fill(reflection.MutableMessage(message, &field), holders);
    } else if (RulesOf(field).required()) {
      SetScalar(message, field);
    }
  }
}

}  // namespace

std::vector<const proto::ServiceDescriptor*> AllServices() {
  std::vector<std::string> names;
  proto::DescriptorPool::internal_generated_database()->FindAllFileNames(&names);
  std::sort(names.begin(), names.end());
  std::vector<const proto::ServiceDescriptor*> all;
  for (const std::string& name : names) {
    if (name.rfind("laurel/", 0) != 0) continue;
    const auto* file = proto::DescriptorPool::generated_pool()->FindFileByName(name);
    for (int i = 0; i < file->service_count(); ++i) all.push_back(file->service(i));
  }
  return all;
}

std::vector<const proto::MethodDescriptor*> AllMethods() {
  std::vector<const proto::MethodDescriptor*> all;
  for (const auto* service : AllServices()) {
    for (int i = 0; i < service->method_count(); ++i) all.push_back(service->method(i));
  }
  return all;
}

const laurel::api::v1::FieldRules& RulesOf(const Field& field) {
  return field.options().GetExtension(laurel::api::v1::field);
}

std::unique_ptr<proto::Message> Sample(const proto::Descriptor& type) {
  std::unique_ptr<proto::Message> message(
      proto::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  Fill(message.get(), {});
  return message;
}

void VisitRequired(proto::Message* message, const std::string& path, const Visit& visit) {
  const proto::Reflection& reflection = *message->GetReflection();
  std::vector<const Field*> present;
  reflection.ListFields(*message, &present);
  for (const Field* field : present) {
    const std::string here = path + field->json_name();
    if (RulesOf(*field).required()) visit(message, *field, here);
    if (field->cpp_type() != Field::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated() && !reflection.HasField(*message, field)) continue;  // just cleared
    if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        VisitRequired(reflection.MutableRepeatedMessage(message, field, i),
                      here + "[" + std::to_string(i) + "].", visit);
      }
    } else {
      VisitRequired(reflection.MutableMessage(message, field), here + ".", visit);
    }
  }
}

}  // namespace laurel::testing
