// Message → JSON in protobuf's mapping: camelCase names, defaults written out, 64-bit integers as
// strings, enums by name, unset messages and unset members of a oneof left out.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace laurel::gateway {

void AppendJson(const google::protobuf::Message& message, std::string* out);
// The content of one field alone, as `response_body` names it.
void AppendJsonField(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, std::string* out);
// A JSON string with its quotes.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace laurel::gateway
