// The OpenAPI 3.1 document, from the same descriptors that the routes come from.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "gateway/openapi/comments.h"
#include "gateway/transcode/routes.h"

namespace laurel::gateway {

// `public_url` is where clients connect to; empty: the address that served the document.
boost::json::object MakeOpenApi(const Routes& routes, const Comments& comments,
                                const std::string& public_url);

}  // namespace laurel::gateway
