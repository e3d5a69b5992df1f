// The settings of members-svc; names in docs/operations.md.
#pragma once

#include <string>
#include <vector>

#include "lib/config/reader.h"

namespace laurel::members {

struct Config {
  config::Common common;
  config::ServerOptions server;
  std::string dsn;
  std::string master_key_file;
  std::string index_key_file;
  // Who gets this service's events.
  std::vector<config::NamedTarget> subscribers;
};

Config ReadConfig(config::Reader& reader);

}  // namespace laurel::members
