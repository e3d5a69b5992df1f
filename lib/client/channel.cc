#include "lib/client/channel.h"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/base/clock.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::client {
namespace {

// Retries live here and nowhere else: a server that is not there (UNAVAILABLE) is asked again, at
// most three times in all, and no more once a good part of the calls fail (the throttle).
constexpr char kServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 3,
      "initialBackoff": "0.05s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }],
  "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1}
})";

enum class Family { kName, kV4, kV6 };

struct Endpoint {
  Family family = Family::kName;
  std::string address;  // host:port, an IPv6 host in brackets
};

absl::Status Malformed(const std::string& target) {
  return status::Error(
      absl::StatusCode::kInvalidArgument, "TARGET_INVALID",
      "\"" + target + "\" is not host:port, or several addresses IP:port with commas.");
}

absl::StatusOr<Endpoint> ParseEndpoint(const std::string& text) {
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 1 || port > 65535) {
    return Malformed(text);
  }
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  const std::string tail = ":" + std::to_string(port);
  in6_addr address;
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return Endpoint{.family = Family::kV4, .address = host + tail};
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']' &&
      inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) == 1) {
    return Endpoint{.family = Family::kV6, .address = host + tail};
  }
  for (const char c : host) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_') {
      return Malformed(text);
    }
  }
  return Endpoint{.family = Family::kName, .address = host + tail};
}

}  // namespace

absl::StatusOr<std::string> GrpcTarget(const std::string& target) {
  std::vector<std::string> addresses;
  Family family = Family::kName;
  const std::vector<std::string> parts = absl::StrSplit(target, ',');
  for (const std::string& part : parts) {
    LAUREL_ASSIGN_OR_RETURN(const Endpoint endpoint, ParseEndpoint(part));
    // One target is of one scheme, and that of names takes only one.
    if (!addresses.empty() && (endpoint.family != family || family == Family::kName)) {
      return Malformed(target);
    }
    family = endpoint.family;
    addresses.push_back(endpoint.address);
  }
  const char* const scheme = family == Family::kV4   ? "ipv4:"
                             : family == Family::kV6 ? "ipv6:"
                                                     : "dns:///";
  return scheme + absl::StrJoin(addresses, ",");
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> NewChannel(const ChannelOptions& options) {
  if (options.peer_name.empty()) return Malformed(options.target);
  LAUREL_ASSIGN_OR_RETURN(const std::string target, GrpcTarget(options.target));
  LAUREL_ASSIGN_OR_RETURN(const auto credentials, tls::ChannelCredentials(options.files));
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(options.peer_name);
  arguments.SetServiceConfigJSON(kServiceConfig);
  if (!options.retries) arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Nobody but us says how we call: not a TXT record of the resolver's.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A peer that restarts is found again within a second; the default waits up to two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetMaxReceiveMessageSize(4 << 20);
  arguments.SetMaxSendMessageSize(4 << 20);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

std::unique_ptr<grpc::ClientContext> NewContext(const trace::Scope& scope, absl::Duration at_most) {
  static const base::SystemClock clock;
  auto context = std::make_unique<grpc::ClientContext>();
  absl::Time deadline = scope.deadline;
  if (at_most != absl::InfiniteDuration()) deadline = std::min(deadline, clock.Now() + at_most);
  if (deadline != absl::InfiniteFuture()) context->set_deadline(absl::ToChronoTime(deadline));
  const trace::Context child = scope.trace.IsZero() ? trace::New() : trace::ChildOf(scope.trace);
  context->AddMetadata("traceparent", child.Traceparent());
  return context;
}

trace::Scope Background(absl::Duration timeout) {
  static const base::SystemClock clock;
  return {.deadline = clock.Now() + timeout, .trace = trace::New()};
}

}  // namespace laurel::client
