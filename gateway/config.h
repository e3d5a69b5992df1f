// The gateway's settings, from the environment.
#pragma once

#include <map>
#include <string>

#include "gateway/http/server.h"
#include "lib/config/reader.h"

namespace laurel::gateway {

struct Config {
  config::Common common;
  config::ServerOptions server;
  std::string issuers_file;
  // Service → "host:port", or several separated by commas.
  std::map<std::string, std::string> targets;
  HttpOptions http;
  int64_t call_timeout_ms = 10000;
  // What clients are told to connect to, in the OpenAPI document; empty: a relative URL.
  std::string public_url;
};

// Notes what is missing or malformed in `reader`; call its Finish() then.
Config ReadConfig(config::Reader& reader);

}  // namespace laurel::gateway
