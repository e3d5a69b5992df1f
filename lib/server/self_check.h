// Calls the program's own gRPC port as a peer would: over a new connection, with mutual TLS.
#pragma once

#include <functional>

#include "lib/client/channel.h"

namespace laurel::server {

// Says whether the health service there answers, whatever it says, within three seconds; once,
// from another thread or at once. `target` must be a single address.
void CheckSelf(const client::ChannelOptions& options, std::function<void(bool)> done);

}  // namespace laurel::server
