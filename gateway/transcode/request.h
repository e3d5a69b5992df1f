// An HTTP request → the rpc's request message: path, query and body each fill their own fields.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/transcode/routes.h"

namespace laurel::gateway {

// INVALID_ARGUMENT: MALFORMED_JSON, MALFORMED_QUERY, or INVALID_REQUEST with every wrong field: in
// the path, unknown or wrong in the query, in the body, or given in the body and in the path with
// different content. A query parameter cannot fill what the path or the body fills.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> BuildRequest(
    const Route& route, const std::vector<PathMatcher::Binding>& bindings, std::string_view query,
    std::string_view body);

}  // namespace laurel::gateway
