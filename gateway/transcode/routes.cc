#include "gateway/transcode/routes.h"

#include <google/protobuf/descriptor_database.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gateway/routing/path_template.h"
#include "google/api/annotations.pb.h"
#include "laurel/api/v1/options.pb.h"
#include "lib/rules/rules.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;

absl::Status Wrong(const proto::MethodDescriptor& method, std::string_view what) {
  return status::Error(absl::StatusCode::kInvalidArgument, "ROUTE_INVALID",
                       method.full_name() + ": " + std::string(what));
}

// The HTTP method and path of a binding; empty: none that we know.
std::pair<std::string, std::string> PatternOf(const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return {"GET", rule.get()};
    case google::api::HttpRule::kPut:
      return {"PUT", rule.put()};
    case google::api::HttpRule::kPost:
      return {"POST", rule.post()};
    case google::api::HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case google::api::HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    default:
      return {};
  }
}

absl::StatusOr<FieldPath> PathField(const proto::MethodDescriptor& method,
                                    const std::vector<std::string>& names) {
  FieldPath path;
  const proto::Descriptor* type = method.input_type();
  for (const auto& name : names) {
    const Field* field = type == nullptr ? nullptr : type->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) {
      return Wrong(method, "the path names no singular field " + name);
    }
    path.push_back(field);
    type = field->message_type();
  }
  if (type != nullptr) return Wrong(method, "the path ends at a message");
  return path;
}

// JSON has one kind of number, and money and points are exact: no float in any contract.
bool HasFloat(const proto::Descriptor& type, std::set<const proto::Descriptor*>* seen) {
  if (!seen->insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (field.cpp_type() == Field::CPPTYPE_DOUBLE || field.cpp_type() == Field::CPPTYPE_FLOAT) {
      return true;
    }
    if (field.message_type() != nullptr && HasFloat(*field.message_type(), seen)) return true;
  }
  return false;
}

absl::Status AddBody(const google::api::HttpRule& rule, Route* route) {
  if (rule.body() == "*") {
    route->body = Route::Body::kWhole;
  } else if (!rule.body().empty()) {
    route->body = Route::Body::kField;
    route->body_field = route->method->input_type()->FindFieldByName(rule.body());
    if (route->body_field == nullptr) return Wrong(*route->method, "body names no field");
  }
  if (!rule.response_body().empty()) {
    route->response_field = route->method->output_type()->FindFieldByName(rule.response_body());
    if (route->response_field == nullptr) {
      return Wrong(*route->method, "response_body names no field");
    }
  }
  return absl::OkStatus();
}

void AddRules(Route* route) {
  const auto& rules = rules::MethodRulesOf(route->method);
  for (const int role : rules.roles()) route->roles.push_back(static_cast<auth::Role>(role));
  route->read_only = rules.read_only();
  route->request_id_required = rules.request_id_required();
  const auto* input = route->method->input_type();
  const auto& known = rules::KnownFieldsOf(input);
  route->program_field = known.program;
  route->request_id_field = known.request_id;
  if (!rules.owner_field().empty()) {
    route->owner_field = input->FindFieldByName(rules.owner_field());
  }
  const Field* etag = input->FindFieldByName("etag");
  if (etag != nullptr && etag->type() == Field::TYPE_STRING && !etag->is_repeated()) {
    route->etag_field = etag;
  }
}

absl::StatusOr<Route> MakeRoute(const proto::MethodDescriptor& method,
                                const google::api::HttpRule& rule) {
  Route route;
  route.method = &method;
  std::tie(route.http_method, route.path_template) = PatternOf(rule);
  if (route.http_method.empty()) return Wrong(method, "it has no HTTP method");
  LAUREL_ASSIGN_OR_RETURN(const PathTemplate parsed, ParsePathTemplate(route.path_template));
  for (const auto& variable : parsed.variables) {
    LAUREL_ASSIGN_OR_RETURN(FieldPath path, PathField(method, variable.field_path));
    route.path_fields.push_back(std::move(path));
  }
  LAUREL_RETURN_IF_ERROR(AddBody(rule, &route));
  std::set<const proto::Descriptor*> seen;
  if (HasFloat(*method.input_type(), &seen) || HasFloat(*method.output_type(), &seen)) {
    return Wrong(method, "it has a float");
  }
  route.service = ServiceOfPackage(method.service()->file()->package());
  route.grpc_method = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  auto* factory = proto::MessageFactory::generated_factory();
  route.request_prototype = factory->GetPrototype(method.input_type());
  route.response_prototype = factory->GetPrototype(method.output_type());
  AddRules(&route);
  return route;
}

}  // namespace

std::string ServiceOfPackage(std::string_view package) {
  constexpr std::string_view kPrefix = "laurel.";
  constexpr std::string_view kSuffix = ".v1";
  if (!package.starts_with(kPrefix) || !package.ends_with(kSuffix)) return "";
  return std::string(
      package.substr(kPrefix.size(), package.size() - kPrefix.size() - kSuffix.size()));
}

std::vector<const proto::ServiceDescriptor*> LaurelServices() {
  // The pool itself cannot be listed; the database under it knows its files by name.
  std::vector<std::string> names;
  proto::DescriptorPool::internal_generated_database()->FindAllFileNames(&names);
  std::sort(names.begin(), names.end());
  std::vector<const proto::ServiceDescriptor*> services;
  for (const auto& name : names) {
    if (!name.starts_with("laurel/")) continue;
    const auto* file = proto::DescriptorPool::generated_pool()->FindFileByName(name);
    for (int i = 0; file != nullptr && i < file->service_count(); ++i) {
      services.push_back(file->service(i));
    }
  }
  return services;
}

absl::StatusOr<Routes> Routes::FromGeneratedPool() { return From(LaurelServices()); }

absl::StatusOr<Routes> Routes::From(const std::vector<const proto::ServiceDescriptor*>& services) {
  std::vector<Route> routes;
  PathMatcher::Builder builder;
  const auto add = [&](const proto::MethodDescriptor& method,
                       const google::api::HttpRule& rule) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(Route route, MakeRoute(method, rule));
    LAUREL_RETURN_IF_ERROR(builder.Add(route.http_method, route.path_template, routes.size()));
    routes.push_back(std::move(route));
    return absl::OkStatus();
  };
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      if (!method.options().HasExtension(google::api::http)) continue;
      const auto& rule = method.options().GetExtension(google::api::http);
      LAUREL_RETURN_IF_ERROR(add(method, rule));
      for (const auto& more : rule.additional_bindings()) {
        LAUREL_RETURN_IF_ERROR(add(method, more));
      }
    }
  }
  return Routes(std::move(routes), std::move(builder).Build());
}

Routes::Found Routes::Find(std::string_view http_method, std::string_view path) const {
  auto result = matcher_.Find(http_method, path);
  Found found;
  found.malformed = result.malformed;
  found.allowed = std::move(result.allowed);
  if (result.match) {
    found.route = &routes_[result.match->route];
    found.bindings = std::move(result.match->bindings);
  }
  return found;
}

}  // namespace laurel::gateway
