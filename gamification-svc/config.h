// The settings of gamification-svc; names in docs/operations.md.
#pragma once

#include <string>
#include <vector>

#include "lib/config/reader.h"

namespace laurel::gamification {

struct Config {
  config::Common common;
  config::ServerOptions server;
  std::string dsn;
  // Where members-svc is.
  std::string members_target;
  // Who gets this service's events.
  std::vector<config::NamedTarget> subscribers;
};

Config ReadConfig(config::Reader& reader);

}  // namespace laurel::gamification
