#include "cli/operator/settings.h"

#include <utility>

#include "lib/status/error.h"

namespace laurel::tool {

absl::StatusOr<Settings> ReadSettings(config::Variables variables) {
  config::Reader reader("TOOL", std::move(variables));
  reader.IgnoreUnknown();
  Settings settings;
  settings.files.ca = reader.Required("CA_FILE");
  settings.files.cert = reader.Required("CERT_FILE");
  settings.files.key = reader.Required("KEY_FILE");
  settings.members_target = reader.Optional("MEMBERS_TARGET", "");
  settings.program_id = reader.Optional("PROGRAM_ID", "");
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  return settings;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> MembersChannel(const Settings& settings,
                                                              bool retries) {
  if (settings.members_target.empty()) {
    return status::Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                         "LAUREL_TOOL_MEMBERS_TARGET is missing: host:port of members-svc.");
  }
  return client::NewChannel({.target = settings.members_target,
                             .peer_name = "members",
                             .files = settings.files,
                             .retries = retries});
}

}  // namespace laurel::tool
