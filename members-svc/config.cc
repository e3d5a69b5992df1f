#include "members-svc/config.h"

namespace laurel::members {

Config ReadConfig(config::Reader& reader) {
  Config config;
  config.common = config::ReadCommon(reader);
  config.server = config::ReadServerOptions(reader);
  config.dsn = reader.Required("DSN");
  config.master_key_file = reader.Required("MASTER_KEY_FILE");
  config.index_key_file = reader.Required("INDEX_KEY_FILE");
  config.ledger_lanes = static_cast<int>(reader.Int("LEDGER_LANES", 2, 1, 64));
  config.ledger_batch = static_cast<int>(reader.Int("LEDGER_BATCH_SIZE", 256, 1, 1024));
  config.ledger_pace_us = static_cast<int>(reader.Int("LEDGER_PACE_US", 3000, 0, 100000));
  if (config.ledger_lanes >= config.server.pool_size) {
    reader.Complain("LEDGER_LANES", "must leave connections of POOL_SIZE for everything else");
  }
  config.subscribers = reader.NamedTargets("SUBSCRIBERS");
  reader.Ignore("OWNER_DSN");
  return config;
}

}  // namespace laurel::members
