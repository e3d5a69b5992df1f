#include <algorithm>

#include "absl/strings/str_join.h"
#include "lib/rules/compiled.h"
#include "lib/status/error.h"

namespace laurel::rules {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using laurel::api::v1::MethodRules;

namespace {

bool IsSingleText(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() && field->type() == FieldDescriptor::TYPE_STRING;
}

bool NamesAMember(const Descriptor& request) {
  for (int i = 0; i < request.field_count(); ++i) {
    const auto& rules = request.field(i)->options().GetExtension(laurel::api::v1::field);
    if (rules.id_prefix() == "mem") return true;
  }
  return false;
}

void CheckMethod(const MethodDescriptor& method, std::vector<std::string>* problems) {
  const std::string& name = method.full_name();
  const Descriptor& request = *method.input_type();
  const Compiled& compiled = CompiledOf(&request);
  for (const std::string& problem : compiled.problems) problems->push_back(problem);
  if (!method.options().HasExtension(laurel::api::v1::method)) {
    problems->push_back(name + " has no rules");
    return;
  }
  const MethodRules& rules = MethodRulesOf(&method);
  const auto has_role = [&](laurel::api::v1::Role role) {
    return std::find(rules.roles().begin(), rules.roles().end(), role) != rules.roles().end();
  };
  if (rules.roles().empty()) problems->push_back(name + " names no roles");
  if (has_role(laurel::api::v1::ROLE_UNSPECIFIED)) {
    problems->push_back(name + " names ROLE_UNSPECIFIED");
  }
  if (!rules.owner_field().empty() && !IsSingleText(request.FindFieldByName(rules.owner_field()))) {
    problems->push_back(name + ": owner_field " + rules.owner_field() +
                        " is no string field of its request");
  }
  const bool owned = !rules.owner_field().empty() || rules.owner_in_handler();
  if (has_role(laurel::api::v1::ROLE_MEMBER) && !owned &&
      (!rules.read_only() || NamesAMember(request))) {
    problems->push_back(name + " is open to members, and nothing says whose object it touches");
  }
  if (rules.request_id_required() && !IsSingleText(compiled.known.request_id)) {
    problems->push_back(name + " requires a request id, and its request has no such field");
  }
  if (compiled.known.program != nullptr && !IsSingleText(compiled.known.program)) {
    problems->push_back(compiled.known.program->full_name() + " cannot hold a programme's id");
  }
}

}  // namespace

const MethodRules& MethodRulesOf(const MethodDescriptor* method) {
  return method->options().GetExtension(laurel::api::v1::method);
}

absl::Status CheckServiceRules(const google::protobuf::ServiceDescriptor* service) {
  std::vector<std::string> problems;
  for (int i = 0; i < service->method_count(); ++i) CheckMethod(*service->method(i), &problems);
  std::sort(problems.begin(), problems.end());
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  if (problems.empty()) return absl::OkStatus();
  return status::Refused("RULES_INVALID",
                         service->full_name() + ": " + absl::StrJoin(problems, "; ") + ".");
}

}  // namespace laurel::rules
