#include "gateway/config.h"

namespace laurel::gateway {

Config ReadConfig(config::Reader& reader) {
  Config config;
  config.common = config::ReadCommon(reader);
  config.server = config::ReadServerOptions(reader);
  config.issuers_file = reader.Required("ISSUERS_FILE");
  config.targets = {{"members", reader.Required("MEMBERS_TARGET")},
                    {"rewards", reader.Required("REWARDS_TARGET")},
                    {"referrals", reader.Required("REFERRALS_TARGET")},
                    {"gamification", reader.Required("GAMIFICATION_TARGET")}};
  HttpOptions& http = config.http;
  http.threads = static_cast<int>(reader.Int("THREADS", http.threads, 1, 64));
  http.max_connections = static_cast<size_t>(reader.Int("MAX_CONNECTIONS", 4096, 1, 60000));
  http.max_body_bytes = static_cast<size_t>(reader.Int("MAX_BODY_BYTES", 1048576, 1024, 3145728));
  http.header_time = std::chrono::milliseconds(reader.Int("HEADER_TIME_MS", 10000, 100, 60000));
  http.body_time = std::chrono::milliseconds(reader.Int("BODY_TIME_MS", 30000, 100, 300000));
  http.idle_time = std::chrono::milliseconds(reader.Int("IDLE_TIME_MS", 60000, 100, 600000));
  config.call_timeout_ms = reader.Int("CALL_TIMEOUT_MS", 10000, 100, 60000);
  config.public_url = reader.Optional("PUBLIC_URL", "");
  return config;
}

}  // namespace laurel::gateway
