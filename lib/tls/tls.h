// Mutual TLS, version 1.2 or later, both ways: a server refuses a client without a certificate of
// its authority, a client refuses a server that does not bear the expected name. There is no way
// to ask for less.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace laurel::tls {

// Paths of PEM files. They are read once: a renewed certificate needs a restart.
struct Files {
  std::string ca;
  std::string cert;
  std::string key;
};

// Client certificates are required and verified against the authority.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const Files& files);
// The peer's name is checked by the channel: see client::NewChannel.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(const Files& files);

}  // namespace laurel::tls
