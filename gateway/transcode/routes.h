// Every REST route, from the google.api.http options of the compiled-in laurel.* services. A method
// without that option cannot be reached. Nothing here knows any single rpc.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/routing/path_matcher.h"
#include "lib/auth/caller.h"

namespace laurel::gateway {

// A way to a field: one step, or several through singular messages.
using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

struct Route {
  enum class Body { kNone, kWhole, kField };

  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string http_method;    // GET, POST, …
  std::string path_template;  // as annotated; the label of metrics and logs
  std::string service;        // "members": whom to ask
  std::string grpc_method;    // "/laurel.members.v1.MemberService/GetMember"
  std::vector<FieldPath> path_fields;
  Body body = Body::kNone;
  const google::protobuf::FieldDescriptor* body_field = nullptr;      // with kField
  const google::protobuf::FieldDescriptor* response_field = nullptr;  // null: the whole response
  const google::protobuf::Message* request_prototype = nullptr;
  const google::protobuf::Message* response_prototype = nullptr;

  // From laurel.api.v1.method and the fields' rules.
  std::vector<auth::Role> roles;
  bool read_only = false;
  bool request_id_required = false;
  const google::protobuf::FieldDescriptor* program_field = nullptr;
  const google::protobuf::FieldDescriptor* request_id_field = nullptr;
  const google::protobuf::FieldDescriptor* owner_field = nullptr;
  // The request's `etag`, if it has one: filled from If-Match.
  const google::protobuf::FieldDescriptor* etag_field = nullptr;
};

class Routes {
 public:
  // From the generated pool: all services whose package is laurel.<service>.v1. INVALID_ARGUMENT,
  // ROUTE_INVALID or ROUTE_AMBIGUOUS names the method whose annotation is wrong: a field that the
  // request does not have, a repeated field in a path, a float anywhere.
  static absl::StatusOr<Routes> FromGeneratedPool();
  // From these services, for tests.
  static absl::StatusOr<Routes> From(
      const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  struct Found {
    bool malformed = false;
    const Route* route = nullptr;
    std::vector<PathMatcher::Binding> bindings;
    std::vector<std::string> allowed;
  };
  Found Find(std::string_view http_method, std::string_view path) const;

  const std::vector<Route>& all() const { return routes_; }

 private:
  Routes(std::vector<Route> routes, PathMatcher matcher)
      : routes_(std::move(routes)), matcher_(std::move(matcher)) {}

  std::vector<Route> routes_;
  PathMatcher matcher_;
};

// All services of packages laurel.<service>.v1 in the generated pool, by name.
std::vector<const google::protobuf::ServiceDescriptor*> LaurelServices();

// "members" for laurel.members.v1.
std::string ServiceOfPackage(std::string_view package);

}  // namespace laurel::gateway
