// The only place that maps errors between absl, gRPC and HTTP.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace laurel::status {

// With google.rpc.Status (code, message, details) in the binary details, within
// lib/status/bounds.h.
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

// For answers to single items of a batch; within the same bounds.
google::rpc::Status ToProto(const absl::Status& status);
absl::Status FromProto(const google::rpc::Status& status);

// api.md's table. REQUEST_ID_REUSED is 422; ABORTED is 412 when the request carried If-Match.
int HttpStatusOf(const absl::Status& status, bool if_match = false);
// "INVALID_ARGUMENT" and so on.
std::string CodeName(absl::StatusCode code);

}  // namespace laurel::status
