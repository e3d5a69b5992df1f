// Channels to other programs and contexts for calls over them. Mutual TLS and the peer's expected
// name always; retries in this one layer: UNAVAILABLE only, at most three tries, throttled.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/tls/tls.h"
#include "lib/trace/trace.h"

namespace laurel::client {

struct ChannelOptions {
  // "host:port"; a name may resolve to many addresses. Several, separated by commas, must be IP
  // addresses (localhost counts as 127.0.0.1). Calls go round robin over all of them.
  std::string target;
  // The name that the server's certificate must bear: "members".
  std::string peer_name;
  tls::Files files;
  // False for a caller that must know of every try, since it asks again itself (a saga).
  bool retries = true;
};

// Connects when first used. INVALID_ARGUMENT for a malformed target, or the error of the files.
absl::StatusOr<std::shared_ptr<grpc::Channel>> NewChannel(const ChannelOptions& options);

// The address that gRPC understands: "ipv4:10.0.0.1:7001,10.0.0.2:7001" or "dns:///members:7001".
absl::StatusOr<std::string> GrpcTarget(const std::string& target);

// For one call on behalf of another (a server::Call is a Scope): what is left of its deadline, and
// its trace with a new span. `at_most` shortens the wait further.
std::unique_ptr<grpc::ClientContext> NewContext(const trace::Scope& scope,
                                                absl::Duration at_most = absl::InfiniteDuration());

// For jobs that nobody waits for: a deadline of its own and a new trace; the same scope serves
// several calls of one piece of work.
trace::Scope Background(absl::Duration timeout);

}  // namespace laurel::client
