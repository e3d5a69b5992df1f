// The port for probes that bear no certificate: health, and nothing else.
#include "lib/server/health_port.h"

#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"
#include "lib/status/error.h"
#include "tests/lib/server/fixture.h"

namespace laurel::server {
namespace {

namespace health = grpc::health::v1;

class HealthPortTest : public ServerFixture {};

TEST_F(HealthPortTest, TheHealthPortAnswersWithoutACertificateAndServesNothingElse) {
  options_.health_listen = "127.0.0.1:0";
  options_.drain_notice_ms = 2000;
  Serve();
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->health_port()),
                                           grpc::InsecureChannelCredentials());
  const auto stub = health::Health::NewStub(channel);
  const auto check = [&] {
    health::HealthCheckResponse response;
    EXPECT_TRUE(stub->Check(Context().get(), {}, &response).ok());
    return response.status();
  };
  EXPECT_EQ(check(), health::HealthCheckResponse::SERVING);
  const auto members = mpb::MemberService::NewStub(channel);
  mpb::GetMemberResponse response;
  EXPECT_EQ(members->GetMember(Context().get(), {}, &response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  grpc::GenericStub generic(channel);
  grpc::ByteBuffer answer;
  std::promise<grpc::Status> reflected;
  const auto context = Context();
  const grpc::Slice nothing("");
  const grpc::ByteBuffer request(&nothing, 1);
  generic.UnaryCall(context.get(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                    {}, &request, &answer,
                    [&](const grpc::Status& status) { reflected.set_value(status); });
  EXPECT_EQ(reflected.get_future().get().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  server_->Stop();
  while (check() == health::HealthCheckResponse::SERVING) std::this_thread::yield();
  running_.join();
}

TEST_F(HealthPortTest, ATakenHealthPortStopsTheStart) {
  Serve();
  config::ServerOptions second = options_;
  second.ready_file = "";
  second.health_listen = "127.0.0.1:" + std::to_string(server_->port());
  auto other = Server::Create("members", common_, second);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(status::ReasonOf((*other)->Start()), "NOT_LISTENING");
}

}  // namespace
}  // namespace laurel::server
