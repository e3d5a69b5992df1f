#include "members-svc/config.h"

namespace laurel::members {

Config ReadConfig(config::Reader& reader) {
  Config config;
  config.common = config::ReadCommon(reader);
  config.server = config::ReadServerOptions(reader);
  config.dsn = reader.Required("DSN");
  config.master_key_file = reader.Required("MASTER_KEY_FILE");
  config.index_key_file = reader.Required("INDEX_KEY_FILE");
  config.subscribers = reader.NamedTargets("SUBSCRIBERS");
  reader.Ignore("OWNER_DSN");
  return config;
}

}  // namespace laurel::members
