#include "lib/tls/tls.h"

#include "lib/config/file.h"
#include "lib/status/error.h"

namespace laurel::tls {
namespace {

struct Texts {
  std::string ca;
  std::string cert;
  std::string key;
};

absl::StatusOr<Texts> Read(const Files& files) {
  Texts texts;
  LAUREL_ASSIGN_OR_RETURN(texts.ca, config::ReadFile(files.ca));
  LAUREL_ASSIGN_OR_RETURN(texts.cert, config::ReadFile(files.cert));
  LAUREL_ASSIGN_OR_RETURN(texts.key, config::ReadFile(files.key));
  return texts;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const Files& files) {
  LAUREL_ASSIGN_OR_RETURN(Texts texts, Read(files));
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = std::move(texts.ca);
  options.pem_key_cert_pairs.push_back({std::move(texts.key), std::move(texts.cert)});
  return grpc::SslServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(const Files& files) {
  LAUREL_ASSIGN_OR_RETURN(Texts texts, Read(files));
  return grpc::SslCredentials({.pem_root_certs = std::move(texts.ca),
                               .pem_private_key = std::move(texts.key),
                               .pem_cert_chain = std::move(texts.cert)});
}

}  // namespace laurel::tls
