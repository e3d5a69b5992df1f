// Requests made from their descriptors: what the field rules ask for is there, and nothing else.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <vector>

#include "laurel/api/v1/options.pb.h"

namespace laurel::testing {

// Every service of Laurel's own, those that are linked in.
std::vector<const google::protobuf::ServiceDescriptor*> AllServices();
// Their rpcs.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();

const laurel::api::v1::FieldRules& RulesOf(const google::protobuf::FieldDescriptor& field);

// A message whose required fields are filled so that lib/rules lets it pass; every message field
// and one item of every repeated one are there too, so that the fields within are looked at.
std::unique_ptr<google::protobuf::Message> Sample(const google::protobuf::Descriptor& type);

// Calls `visit` for every field within `message` that is required, with the message that holds it
// and its path.
using Visit =
    std::function<void(google::protobuf::Message* holder,
                       const google::protobuf::FieldDescriptor& field, const std::string& path)>;
void VisitRequired(google::protobuf::Message* message, const std::string& path, const Visit& visit);

}  // namespace laurel::testing
