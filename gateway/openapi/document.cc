#include "gateway/openapi/document.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/openapi/components.h"
#include "gateway/openapi/schemas.h"
#include "gateway/routing/path_template.h"
#include "laurel/api/v1/options.pb.h"
#include "lib/base/strings.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;
namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;

constexpr char kIntroduction[] =
    "Members, points, rewards, referrals and games of a loyalty programme.\n\n"
    "The programme comes from the credential. `me` stands for the signed-in member. Amounts of "
    "points and 64-bit numbers are strings of digits; money is in minor units. Methods that move "
    "value want an `Idempotency-Key`; a repeated request with the same key and content gets the "
    "same answer, without a second effect. A UUIDv7 is best: its answer is kept for 30 days, that "
    "of other keys for 48 hours. Errors are `application/problem+json`; their `reason` is stable.";

std::string NameOf(const FieldPath& path) {
  std::vector<std::string> names;
  for (const Field* field : path) names.push_back(field->json_name());
  return absl::StrJoin(names, ".");
}

// "/v1/members/{memberId}/points:earn"
std::string OpenApiPath(const Route& route) {
  std::string out;
  size_t variable = 0;
  const std::string& text = route.path_template;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out += text[i];
      continue;
    }
    out += "{" + NameOf(route.path_fields[variable++]) + "}";
    i = text.find('}', i);
  }
  return out;
}

std::string TagOf(const Route& route) {
  const std::string& name = route.method->service()->name();
  return name.substr(0, name.rfind("Service"));
}

std::string RoleName(auth::Role role) {
  const std::string& name = laurel::api::v1::Role_Name(role);
  return absl::AsciiStrToLower(name.substr(sizeof("ROLE_") - 1));
}

bool IsStaffOrMember(auth::Role role) {
  return role >= laurel::api::v1::ROLE_MEMBER && role <= laurel::api::v1::ROLE_ADMIN;
}

class Document {
 public:
  Document(const Routes& routes, const Comments& comments)
      : routes_(routes), comments_(comments), schemas_(comments) {}

  json::object Make(const std::string& public_url) {
    json::object paths = Paths();
    return {{"openapi", "3.1.0"},
            {"info", Info()},
            {"servers", json::array{json::object{{"url", public_url.empty() ? "/" : public_url},
                                                 {"description", "This gateway"}}}},
            {"security", json::array{json::object{{"token", json::array{}}},
                                     json::object{{"apiKey", json::array{}}}}},
            {"tags", Tags()},
            {"paths", std::move(paths)},
            {"components", Components()}};
  }

 private:
  static json::object Info() {
    return {{"title", "Laurel"},
            {"version", "1.0.0"},
            {"summary", "The loyalty platform's REST interface"},
            {"description", kIntroduction},
            {"contact", json::object{{"name", "The operators of this platform"}}},
            {"license",
             json::object{{"name", "Proprietary"}, {"identifier", "LicenseRef-Proprietary"}}}};
  }

  json::array Tags() const {
    std::map<std::string, std::string> tags;
    for (const Route& route : routes_.all()) {
      tags[TagOf(route)] = comments_.Of(*route.method->service());
    }
    json::array out;
    for (const auto& [name, description] : tags) {
      out.push_back(json::object{{"name", name}, {"description", description}});
    }
    return out;
  }

  json::object Paths() {
    json::object paths;
    for (const Route& route : routes_.all()) {
      auto& item = paths[OpenApiPath(route)];
      if (!item.is_object()) item.emplace_object();
      item.get_object()[absl::AsciiStrToLower(route.http_method)] = Operation(route);
    }
    return paths;
  }

  std::string OperationId(const Route& route) {
    std::string id = route.method->name();
    id[0] = absl::ascii_tolower(static_cast<unsigned char>(id[0]));
    if (operation_ids_.insert(id).second) return id;
    id = absl::AsciiStrToLower(TagOf(route)) + route.method->name();
    for (int i = 2; !operation_ids_.insert(id).second; ++i) {
      id = absl::StrCat(route.method->name(), i);
    }
    return id;
  }

  json::object Operation(const Route& route) {
    const std::string comment = comments_.Of(*route.method);
    std::vector<std::string> roles;
    for (const auto role : route.roles) {
      if (IsStaffOrMember(role) || role == laurel::api::v1::ROLE_CLIENT) {
        roles.push_back(RoleName(role));
      }
    }
    json::object operation{
        {"operationId", OperationId(route)},
        {"summary", FirstSentence(comment)},
        {"description", comment + "\n\nRoles: " + absl::StrJoin(roles, ", ") + "."},
        {"tags", json::array{TagOf(route)}},
        {"security", Security(route)}};
    json::array parameters = Parameters(route);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (route.body != Route::Body::kNone) operation["requestBody"] = RequestBody(route);
    operation["responses"] = Responses(route);
    return operation;
  }

  static json::array Security(const Route& route) {
    json::array out;
    if (std::any_of(route.roles.begin(), route.roles.end(), IsStaffOrMember)) {
      out.push_back(json::object{{"token", json::array{}}});
    }
    if (std::find(route.roles.begin(), route.roles.end(), laurel::api::v1::ROLE_CLIENT) !=
        route.roles.end()) {
      out.push_back(json::object{{"apiKey", json::array{}}});
    }
    return out;
  }

  json::object Parameter(const std::string& name, const char* in, bool required,
                         const Field& field) {
    json::object schema = schemas_.Field(field);
    std::string description;
    if (auto* text = schema.if_contains("description")) {
      description = std::string(text->as_string());
      schema.erase("description");
    }
    json::object parameter{{"name", name}, {"in", in}, {"description", description}};
    if (required) parameter["required"] = true;
    parameter["schema"] = std::move(schema);
    return parameter;
  }

  json::array Parameters(const Route& route) {
    json::array out;
    for (const FieldPath& path : route.path_fields) {
      out.push_back(Parameter(NameOf(path), "path", true, *path.back()));
    }
    if (route.body != Route::Body::kWhole) {
      QueryParameters(route, *route.method->input_type(), {}, &out);
    }
    if (route.request_id_field != nullptr) {
      out.push_back(Ref("parameters",
                        route.request_id_required ? "IdempotencyKeyRequired" : "IdempotencyKey"));
    }
    if (route.etag_field != nullptr) out.push_back(Ref("parameters", "IfMatch"));
    if (HasEtag(route) && route.http_method == "GET") {
      out.push_back(Ref("parameters", "IfNoneMatch"));
    }
    return out;
  }

  void QueryParameters(const Route& route, const proto::Descriptor& message, const FieldPath& above,
                       json::array* out) {
    for (int i = 0; i < message.field_count(); ++i) {
      const Field& field = *message.field(i);
      FieldPath path = above;
      path.push_back(&field);
      const auto& rules = field.options().GetExtension(laurel::api::v1::field);
      const bool bound = std::find(route.path_fields.begin(), route.path_fields.end(), path) !=
                         route.path_fields.end();
      if (bound || rules.program() || rules.request_id() || &field == route.body_field ||
          field.is_map()) {
        continue;
      }
      const bool message_field =
          field.message_type() != nullptr &&
          field.message_type()->well_known_type() == proto::Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
      if (message_field && !field.is_repeated()) {
        QueryParameters(route, *field.message_type(), path, out);
      } else if (!message_field) {
        out->push_back(Parameter(NameOf(path), "query", rules.required(), field));
      }
    }
  }

  json::object RequestBody(const Route& route) {
    json::object schema;
    if (route.body == Route::Body::kField) {
      schema = schemas_.Field(*route.body_field);
      schema.erase("description");
    } else {
      std::set<const Field*> left_out;
      for (const FieldPath& path : route.path_fields) left_out.insert(path.front());
      schema = schemas_.Body(*route.method->input_type(), left_out, route.method->name() + "Body");
    }
    return {{"required", true},
            {"content", json::object{{"application/json", json::object{{"schema", schema}}}}}};
  }

  static const proto::Descriptor* Resource(const Route& route) {
    if (route.response_field == nullptr) return route.method->output_type();
    return route.response_field->is_repeated() ? nullptr : route.response_field->message_type();
  }

  static bool HasEtag(const Route& route) {
    const auto* resource = Resource(route);
    return resource != nullptr && resource->FindFieldByName("etag") != nullptr;
  }

  json::object Responses(const Route& route) {
    json::object good{{"description", "Done."}};
    if (HasEtag(route)) {
      good["headers"] = json::object{{"ETag", Ref("headers", "ETag")}};
    }
    json::object schema = route.response_field == nullptr
                              ? schemas_.Reference(*route.method->output_type())
                              : schemas_.Field(*route.response_field);
    schema.erase("description");
    good["content"] = json::object{{"application/json", json::object{{"schema", schema}}}};
    json::object out{{"200", std::move(good)}};
    if (HasEtag(route) && route.http_method == "GET") out["304"] = Ref("responses", "NotModified");
    out["400"] = Ref("responses", "BadRequest");
    out["401"] = Ref("responses", "Unauthorized");
    out["403"] = Ref("responses", "Forbidden");
    out["404"] = Ref("responses", "NotFound");
    if (!route.read_only) out["409"] = Ref("responses", "Conflict");
    if (route.etag_field != nullptr) out["412"] = Ref("responses", "PreconditionFailed");
    if (route.body != Route::Body::kNone) out["413"] = Ref("responses", "BodyTooLarge");
    if (route.body != Route::Body::kNone) out["415"] = Ref("responses", "UnsupportedMediaType");
    if (route.request_id_field != nullptr) out["422"] = Ref("responses", "RequestIdReused");
    out["429"] = Ref("responses", "TooManyRequests");
    out["500"] = Ref("responses", "InternalError");
    out["503"] = Ref("responses", "Unavailable");
    out["504"] = Ref("responses", "DeadlineExceeded");
    return out;
  }

  json::object Components() const {
    const bool if_match =
        std::any_of(routes_.all().begin(), routes_.all().end(),
                    [](const Route& route) { return route.etag_field != nullptr; });
    json::object schemas{{"Problem", ProblemSchema()}};
    for (const auto& [name, schema] : schemas_.All()) schemas[name] = schema;
    return {{"schemas", std::move(schemas)},
            {"parameters", CommonParameters(if_match)},
            {"headers", CommonHeaders()},
            {"responses", CommonResponses(if_match)},
            {"securitySchemes", SecuritySchemes()}};
  }

  const Routes& routes_;
  const Comments& comments_;
  Schemas schemas_;
  std::set<std::string> operation_ids_;
};

}  // namespace

json::object MakeOpenApi(const Routes& routes, const Comments& comments,
                         const std::string& public_url) {
  return Document(routes, comments).Make(public_url);
}

}  // namespace laurel::gateway
