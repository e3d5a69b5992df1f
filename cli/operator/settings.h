// What a program outside the suite must know to call it as the operator: LAUREL_TOOL_… in the
// environment, as the launcher sets it. Refuses to go on without certificates: there is no way in
// without mutual TLS.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "lib/client/channel.h"
#include "lib/config/reader.h"

namespace laurel::tool {

struct Settings {
  tls::Files files;
  // host:port of members-svc, or several with commas; empty: not given.
  std::string members_target;
  // The programme that the development issuers speak for; empty: not given.
  std::string program_id;
};

// Reads LAUREL_TOOL_CA_FILE, _CERT_FILE, _KEY_FILE, _MEMBERS_TARGET and _PROGRAM_ID; what else has
// that prefix is for other tools. INVALID_ARGUMENT, CONFIG_INVALID names what is missing.
absl::StatusOr<Settings> ReadSettings(config::Variables variables);

// A channel to members-svc. `retries` as in client::ChannelOptions.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MembersChannel(const Settings& settings,
                                                              bool retries);

}  // namespace laurel::tool
