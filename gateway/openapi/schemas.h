// Messages as JSON Schema (the dialect of OpenAPI 3.1): the JSON mapping of protobuf, with the
// field rules as constraints and the comments as descriptions.
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <string>

#include "gateway/openapi/comments.h"

namespace laurel::gateway {

class Schemas {
 public:
  explicit Schemas(const Comments& comments) : comments_(comments) {}

  // {"$ref": …}; the schema of the message, and of all it holds, is among All() then.
  boost::json::object Reference(const google::protobuf::Descriptor& message);
  // A field's own schema, without its description where that would stand beside a reference.
  boost::json::object Field(const google::protobuf::FieldDescriptor& field);
  // A request body: `message` without the fields in `left_out`. Nothing else may stand in it.
  boost::json::object Body(const google::protobuf::Descriptor& message,
                           const std::set<const google::protobuf::FieldDescriptor*>& left_out,
                           const std::string& name);

  // By name.
  const std::map<std::string, boost::json::object>& All() const { return schemas_; }

 private:
  boost::json::object Object(const google::protobuf::Descriptor& message,
                             const std::set<const google::protobuf::FieldDescriptor*>& left_out);
  boost::json::object Value(const google::protobuf::FieldDescriptor& field);
  boost::json::object Enum(const google::protobuf::EnumDescriptor& type);
  std::string NameOf(const std::string& full_name, const std::string& short_name);
  std::string DescriptionOf(const google::protobuf::FieldDescriptor& field) const;

  const Comments& comments_;
  std::map<std::string, boost::json::object> schemas_;
  std::map<std::string, std::string> full_names_;  // by schema name
};

}  // namespace laurel::gateway
