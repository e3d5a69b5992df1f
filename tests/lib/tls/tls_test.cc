#include "lib/tls/tls.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "grpc/health/v1/health.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/config/file.h"
#include "lib/status/error.h"
#include "tests/lib/support/certificates.h"

namespace laurel::tls {
namespace {

namespace health = grpc::health::v1;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", *ServerCredentials(authority_.Issue("members")),
                             &port_);
    builder.RegisterCallbackGenericService(&nothing_);  // gRPC starts no server without a service
    server_ = builder.BuildAndStart();
  }
  ~TlsTest() override { server_->Shutdown(); }

  std::string Target() const { return "127.0.0.1:" + std::to_string(port_); }

  static grpc::Status Check(const std::shared_ptr<grpc::Channel>& channel) {
    const auto context = client::NewContext(client::Background(absl::Seconds(20)));
    health::HealthCheckResponse response;
    return health::Health::NewStub(channel)->Check(context.get(), {}, &response);
  }
  grpc::Status CheckWith(const std::shared_ptr<grpc::ChannelCredentials>& credentials) const {
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("members");
    return Check(grpc::CreateCustomChannel(Target(), credentials, arguments));
  }
  grpc::Status CheckAs(const Files& files, const std::string& peer_name) const {
    const auto channel =
        client::NewChannel({.target = Target(), .peer_name = peer_name, .files = files});
    EXPECT_TRUE(channel.ok()) << channel.status();
    return Check(*channel);
  }

  testing::Authority authority_;
  int port_ = 0;
  grpc::CallbackGenericService nothing_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsTest, PeersOfOneAuthorityMeet) {
  EXPECT_TRUE(CheckAs(authority_.Issue("rewards"), "members").ok());
}

TEST_F(TlsTest, NoCertificateIsRefused) {
  grpc::SslCredentialsOptions only_ca;
  only_ca.pem_root_certs = *config::ReadFile(authority_.ca_file());
  EXPECT_EQ(CheckWith(grpc::SslCredentials(only_ca)).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, ClearTextIsRefused) {
  EXPECT_EQ(CheckWith(grpc::InsecureChannelCredentials()).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AnotherAuthoritysCertificateIsRefused) {
  const testing::Authority foreign;
  Files files = foreign.Issue("gateway");
  files.ca = authority_.ca_file();
  EXPECT_EQ(CheckAs(files, "members").error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AServerOfAnotherNameIsRefused) {
  EXPECT_EQ(CheckAs(authority_.Issue("gateway"), "rewards").error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, MissingFilesAreNamed) {
  Files files = authority_.Issue("rewards");
  files.key += ".gone";
  const auto credentials = ChannelCredentials(files);
  EXPECT_EQ(status::ReasonOf(credentials.status()), "FILE_UNUSABLE");
  EXPECT_THAT(std::string(credentials.status().message()), ::testing::HasSubstr(files.key));
}

}  // namespace
}  // namespace laurel::tls
