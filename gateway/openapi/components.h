// The parts of the OpenAPI document that all operations share: problems, headers, credentials.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace laurel::gateway {

// {"$ref": "#/components/<kind>/<name>"}
boost::json::object Ref(const std::string& kind, const std::string& name);

boost::json::object ProblemSchema();
boost::json::object CommonHeaders();
boost::json::object SecuritySchemes();
// Without If-Match nothing speaks of it: linters hold an unused component for an oversight.
boost::json::object CommonParameters(bool with_if_match);
boost::json::object CommonResponses(bool with_if_match);

}  // namespace laurel::gateway
