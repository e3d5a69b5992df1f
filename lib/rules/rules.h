// The rules that stand in the protos (laurel/api/v1/options.proto): read once per message type,
// checked on every request by reflection, all violations at once. Paths are those of the JSON form:
// `lines[2].sku`.
//
// Beyond the options: strings are valid up to 1,024 bytes and repeated fields up to 1,000 items
// unless an option says otherwise; a Timestamp lies between the years 1 and 9999; messages nest at
// most 32 deep. In the items of a batch `program_id` may stay empty, and must otherwise equal the
// request's own.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "laurel/api/v1/options.pb.h"

namespace laurel::rules {

// OK, or INVALID_ARGUMENT, INVALID_REQUEST with every violation (at most 100 are listed).
absl::Status Check(const google::protobuf::Message& request);

// The request's own fields with a meaning; null: it has none. Found once per message type.
struct KnownFields {
  // FieldRules.program.
  const google::protobuf::FieldDescriptor* program = nullptr;
  // FieldRules.request_id.
  const google::protobuf::FieldDescriptor* request_id = nullptr;
};
const KnownFields& KnownFieldsOf(const google::protobuf::Descriptor* message);

// The rules of one message type, compiled. Rpc wrappers keep it and spare the look-up of Check().
class Compiled;
const Compiled& CompiledOf(const google::protobuf::Descriptor* message);
absl::Status Check(const Compiled& compiled, const google::protobuf::Message& request);

// The method's rules; empty ones if it has none.
const laurel::api::v1::MethodRules& MethodRulesOf(const google::protobuf::MethodDescriptor* method);

// For the start: FAILED_PRECONDITION, RULES_INVALID naming every method that has no rules, no roles
// or ROLE_UNSPECIFIED; an owner_field that is no string field of the request; ROLE_MEMBER without
// owner_field or owner_in_handler where the method is not read_only (reading what all share needs
// no owner) or its request names a member; request_id_required without such a field; and every
// field rule that cannot be compiled.
absl::Status CheckServiceRules(const google::protobuf::ServiceDescriptor* service);

}  // namespace laurel::rules
