#include "gateway/openapi/components.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace laurel::gateway {

namespace json = boost::json;

json::object Ref(const std::string& kind, const std::string& name) {
  return {{"$ref", "#/components/" + kind + "/" + name}};
}

json::object ProblemSchema() {
  const auto text = [](const char* description) {
    return json::object{{"type", "string"}, {"description", description}};
  };
  json::object violation{
      {"type", "object"},
      {"properties",
       json::object{{"field", text("The field's path, such as `lines[2].amountMinorUnits`.")},
                    {"description", text("What is wrong with it.")}}},
      {"required", json::array{"field", "description"}}};
  return {
      {"type", "object"},
      {"description", "An error (RFC 9457)."},
      {"properties",
       json::object{
           {"type", text("A name of the reason as a URN.")},
           {"title", text("The status in words.")},
           {"status", json::object{{"type", "integer"}, {"description", "The HTTP status."}}},
           {"detail", text("What happened, for people.")},
           {"code", text("The gRPC code's name, such as `FAILED_PRECONDITION`.")},
           {"reason", text("The stable reason, such as `INSUFFICIENT_POINTS`.")},
           {"trace_id", text("Finds the request in the logs.")},
           {"errors", json::object{{"type", "array"},
                                   {"items", std::move(violation)},
                                   {"description", "Every wrong field."}}},
           {"metadata", json::object{{"type", "object"},
                                     {"additionalProperties", json::object{{"type", "string"}}},
                                     {"description", "What the reason is about."}}}}},
      {"required", json::array{"type", "title", "status", "detail", "code", "reason", "trace_id"}}};
}

json::object CommonParameters(bool with_if_match) {
  const auto key = [](bool required, const char* description) {
    json::object parameter{
        {"name", "Idempotency-Key"},
        {"in", "header"},
        {"description", description},
        {"schema",
         json::object{{"type", "string"},
                      {"pattern", "^[!-~]{1,64}$"},
                      {"examples", json::array{"01936f0e-7c1a-7b3e-9d52-5f0c6a1b2d3e"}}}}};
    if (required) parameter["required"] = true;
    return parameter;
  };
  const auto tag = [](const char* name, const char* description) {
    return json::object{{"name", name},
                        {"in", "header"},
                        {"description", description},
                        {"schema", json::object{{"type", "string"}}}};
  };
  json::object all{
      {"IdempotencyKey", key(false, "Makes repeating the request harmless.")},
      {"IdempotencyKeyRequired",
       key(true, "Makes repeating the request harmless. May stand in the body as `requestId`.")},
      {"IfMatch", tag("If-Match", "The ETag that the change is based on.")},
      {"IfNoneMatch", tag("If-None-Match", "The ETag that the client has already.")}};
  if (!with_if_match) all.erase("IfMatch");
  return all;
}

json::object CommonResponses(bool with_if_match) {
  const auto problem = [](const char* description, bool retry) {
    json::object response{{"description", description}};
    if (retry) response["headers"] = json::object{{"Retry-After", Ref("headers", "RetryAfter")}};
    response["content"] = json::object{
        {"application/problem+json", json::object{{"schema", Ref("schemas", "Problem")}}}};
    return response;
  };
  json::object all{
      {"NotModified", json::object{{"description", "The client has it already."}}},
      {"BadRequest",
       problem(
           "Malformed or out of range; `errors` names the fields, the first where they are many.",
           false)},
      {"Unauthorized", problem("Not signed in, or the credential is not valid.", false)},
      {"Forbidden", problem("The caller lacks the role.", false)},
      {"NotFound", problem("There is no such thing, or it is another's.", false)},
      {"Conflict", problem("Refused by a rule, or it exists already.", false)},
      {"PreconditionFailed", problem("The resource has changed since.", false)},
      {"BodyTooLarge", problem("The body is larger than 1 MiB.", false)},
      {"UnsupportedMediaType", problem("The body is not application/json.", false)},
      {"RequestIdReused", problem("The key has been used with other content.", false)},
      {"TooManyRequests", problem("Too many requests, or overloaded.", true)},
      {"InternalError", problem("A fault on our side.", false)},
      {"Unavailable", problem("A service is not there; try again.", true)},
      {"DeadlineExceeded", problem("The answer did not come in time.", false)}};
  if (!with_if_match) all.erase("PreconditionFailed");
  return all;
}

json::object CommonHeaders() {
  return {{"ETag", json::object{{"description", "Changes with the resource."},
                                {"schema", json::object{{"type", "string"}}}}},
          {"RetryAfter", json::object{{"description", "Seconds to wait."},
                                      {"schema", json::object{{"type", "integer"}}}}}};
}

json::object SecuritySchemes() {
  return {{"token",
           json::object{{"type", "http"},
                        {"scheme", "bearer"},
                        {"bearerFormat", "JWT"},
                        {"description", "A member's or staff member's token, ES256 or RS256."}}},
          {"apiKey",
           json::object{{"type", "apiKey"},
                        {"in", "header"},
                        {"name", "X-Api-Key"},
                        {"description", "A server's key (`lk_…`); also as a Bearer credential."}}}};
}

}  // namespace laurel::gateway
