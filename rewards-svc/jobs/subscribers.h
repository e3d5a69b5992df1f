// Who gets this service's events, as the relay calls them.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "lib/config/reader.h"
#include "lib/outbox/relay.h"
#include "lib/tls/tls.h"

namespace laurel::rewards {

// One subscriber per target; its name is that of its certificate.
absl::StatusOr<std::vector<outbox::Subscriber>> ConnectSubscribers(
    const std::vector<config::NamedTarget>& targets, const tls::Files& files);

}  // namespace laurel::rewards
