#include "gateway/transcode/request.h"

#include <algorithm>
#include <set>

#include "gateway/json/decode.h"
#include "gateway/json/parse.h"
#include "gateway/routing/percent.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;
using Wrong = std::vector<status::Violation>;

constexpr size_t kMaxQueryParameters = 100;

std::string NameOf(const FieldPath& path) {
  std::string out;
  for (const auto* field : path) out += (out.empty() ? "" : ".") + field->json_name();
  return out;
}

// The message that holds the last field of the path.
proto::Message* HolderOf(const FieldPath& path, proto::Message* message) {
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    message = message->GetReflection()->MutableMessage(message, path[i]);
  }
  return message;
}

bool HasOtherText(const proto::Message& message, const Field& field, std::string_view text) {
  if (field.cpp_type() != Field::CPPTYPE_STRING) return false;
  const std::string there = message.GetReflection()->GetString(message, &field);
  return !there.empty() && there != text;
}

void FillFromPath(const Route& route, const std::vector<PathMatcher::Binding>& bindings,
                  proto::Message* message, Wrong* wrong) {
  for (size_t i = 0; i < bindings.size(); ++i) {
    const FieldPath& path = route.path_fields[i];
    proto::Message* holder = HolderOf(path, message);
    if (HasOtherText(*holder, *path.back(), bindings[i].value)) {
      wrong->push_back({NameOf(path), "differs from the path"});
      continue;
    }
    DecodeText(bindings[i].value, NameOf(path), *path.back(), holder, wrong);
  }
}

const Field* FindField(const proto::Descriptor& type, const std::string& name) {
  if (const Field* field = type.FindFieldByCamelcaseName(name)) return field;
  return type.FindFieldByName(name);
}

// "filter.minAmount" → its fields; empty: there is no such singular path.
FieldPath Resolve(const proto::Descriptor& root, std::string_view name) {
  FieldPath path;
  const proto::Descriptor* type = &root;
  while (type != nullptr) {
    const size_t dot = name.find('.');
    const Field* field = FindField(*type, std::string(name.substr(0, dot)));
    if (field == nullptr || field->is_map()) return {};
    path.push_back(field);
    if (dot == std::string_view::npos) return path;
    if (field->is_repeated()) return {};
    type = field->message_type();
    name.remove_prefix(dot + 1);
  }
  return {};
}

bool IsBound(const Route& route, const FieldPath& path) {
  if (route.body == Route::Body::kWhole) return true;
  if (route.body_field == path.front()) return true;
  return std::find(route.path_fields.begin(), route.path_fields.end(), path) !=
         route.path_fields.end();
}

struct Parameter {
  std::string name;
  std::string value;
};

absl::StatusOr<std::vector<Parameter>> SplitQuery(std::string_view query) {
  const auto malformed = [] {
    return status::Error(absl::StatusCode::kInvalidArgument, "MALFORMED_QUERY",
                         "The query is not name=value pairs of percent-encoded UTF-8.");
  };
  std::vector<Parameter> out;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals =
        static_cast<size_t>(std::find(pair.begin(), pair.end(), '=') - pair.begin());
    auto name = PercentDecode(pair.substr(0, equals), {.plus_is_space = true});
    auto value =
        PercentDecode(pair.substr(std::min(equals + 1, pair.size())), {.plus_is_space = true});
    if (!name || !value || out.size() == kMaxQueryParameters) return malformed();
    out.push_back({*std::move(name), *std::move(value)});
  }
  return out;
}

void FillFromQuery(const Route& route, const std::vector<Parameter>& parameters,
                   proto::Message* message, Wrong* wrong) {
  std::set<std::string> seen;
  std::set<const proto::OneofDescriptor*> chosen;
  for (const auto& [name, value] : parameters) {
    const FieldPath path = Resolve(*route.method->input_type(), name);
    if (path.empty() || IsBound(route, path)) {
      wrong->push_back({name, "is not a query parameter here"});
      continue;
    }
    const Field& field = *path.back();
    const bool first = seen.insert(NameOf(path)).second;
    if (!field.is_repeated() && !first) {
      wrong->push_back({name, "is given twice"});
      continue;
    }
    const auto* oneof = field.real_containing_oneof();
    if (oneof != nullptr && first && !chosen.insert(oneof).second) {
      wrong->push_back({name, "at most one of the group " + oneof->name() + " may be given"});
      continue;
    }
    DecodeText(value, name, field, HolderOf(path, message), wrong);
  }
}

absl::Status FillFromBody(const Route& route, std::string_view body, proto::Message* message,
                          Wrong* wrong) {
  if (route.body == Route::Body::kNone) {
    if (body.empty()) return absl::OkStatus();
    return status::Error(absl::StatusCode::kInvalidArgument, "BODY_NOT_ALLOWED",
                         "This method takes no body.");
  }
  // With `body: "*"` an empty body stands for {}: all that is needed may stand in the path.
  if (body.empty() && route.body == Route::Body::kWhole) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const boost::json::value value, ParseJson(body));
  if (route.body == Route::Body::kWhole) {
    DecodeMessage(value, "", message, wrong);
    return absl::OkStatus();
  }
  // The body is the field's content; wrapped in an object, it is decoded like any other field.
  boost::json::object wrapped;
  wrapped[route.body_field->json_name()] = value;
  DecodeMessage(wrapped, "", message, wrong);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<proto::Message>> BuildRequest(
    const Route& route, const std::vector<PathMatcher::Binding>& bindings, std::string_view query,
    std::string_view body) {
  std::unique_ptr<proto::Message> message(route.request_prototype->New());
  Wrong wrong;
  LAUREL_ASSIGN_OR_RETURN(const auto parameters, SplitQuery(query));
  LAUREL_RETURN_IF_ERROR(FillFromBody(route, body, message.get(), &wrong));
  FillFromQuery(route, parameters, message.get(), &wrong);
  FillFromPath(route, bindings, message.get(), &wrong);
  if (!wrong.empty()) return status::InvalidRequest(wrong);
  return message;
}

}  // namespace laurel::gateway
