// Errors as problem+json (RFC 9457): type, title, status, detail, code, reason, trace_id, errors[].
// What is ours to be ashamed of (INTERNAL, UNKNOWN, DATA_LOSS) shows an opaque text only.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/http/message.h"

namespace laurel::gateway {

// HTTP status by status::HttpStatusOf; Retry-After where waiting helps, WWW-Authenticate on 401.
HttpResponse Problem(const absl::Status& error, std::string_view trace_id, bool if_match = false);

// What is refused at the door with a status that no gRPC code maps to: 405, 413, 415, 431, …
HttpResponse DoorProblem(int http_status, const absl::Status& error, std::string_view trace_id);

// "Not Found"; empty for a status that the gateway does not use.
std::string_view ReasonPhrase(int http_status);

}  // namespace laurel::gateway
