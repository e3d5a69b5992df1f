#include "gamification-svc/config.h"

namespace laurel::gamification {

Config ReadConfig(config::Reader& reader) {
  Config config;
  config.common = config::ReadCommon(reader);
  config.server = config::ReadServerOptions(reader);
  config.dsn = reader.Required("DSN");
  config.members_target = reader.Required("MEMBERS_TARGET");
  config.subscribers = reader.NamedTargets("SUBSCRIBERS");
  reader.Ignore("OWNER_DSN");
  return config;
}

}  // namespace laurel::gamification
