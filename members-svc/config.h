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
  int ledger_lanes = 2;    // batches under way at once, each with a connection of its own
  int ledger_batch = 256;  // commands that share a commit at most
  int ledger_pace_us = 0;  // between the beginnings of two batches, where several callers wait
  // Who gets this service's events.
  std::vector<config::NamedTarget> subscribers;
};

Config ReadConfig(config::Reader& reader);

}  // namespace laurel::members
