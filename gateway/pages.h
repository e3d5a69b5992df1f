// The pages that need no credential: /openapi.json, /docs, /healthz, /readyz.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "gateway/gateway.h"
#include "gateway/transcode/routes.h"

namespace laurel::gateway {

// INTERNAL, IMAGE_INVALID when the embedded descriptors cannot be read.
absl::StatusOr<Pages> MakePages(const Routes& routes, const std::string& public_url);

}  // namespace laurel::gateway
