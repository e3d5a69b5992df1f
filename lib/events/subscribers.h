// The producer's side of events: who gets a service's outbox, from configuration.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "lib/config/reader.h"
#include "lib/outbox/relay.h"
#include "lib/tls/tls.h"

namespace laurel::events {

// One subscriber per target, over a channel of its own with mutual TLS; the subscriber's name is
// also the name that its certificate must bear. A delivery that takes longer than 10 s has failed.
absl::StatusOr<std::vector<outbox::Subscriber>> MakeSubscribers(
    const std::vector<config::NamedTarget>& targets, const tls::Files& files);

}  // namespace laurel::events
