// The port for probes that bear no certificate: health, and nothing else.
#include "lib/server/health_port.h"

#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"
#include "lib/server/self_check.h"
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

// A port that nobody accepts on: what a deaf server looks like from outside.
TEST_F(HealthPortTest, LivenessWantsANewConnectionToTheRealPort) {
  options_.health_listen = "127.0.0.1:0";
  Serve();
  const auto alive = [](int port) {
    health::HealthCheckRequest request;
    request.set_service(kLiveness);
    health::HealthCheckResponse response;
    const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                             grpc::InsecureChannelCredentials());
    EXPECT_TRUE(health::Health::NewStub(channel)->Check(Context().get(), request, &response).ok());
    return response.status();
  };
  EXPECT_EQ(alive(server_->health_port()), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(alive(server_->health_port()), health::HealthCheckResponse::SERVING);

  const int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(deaf, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(deaf, 8), 0);
  ASSERT_EQ(getsockname(deaf, reinterpret_cast<sockaddr*>(&address), &size), 0);
  client::ChannelOptions self;
  self.target = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  self.peer_name = "members";
  self.files = {.ca = common_.ca_file, .cert = options_.cert_file, .key = options_.key_file};
  self.retries = false;
  auto port = HealthPort::Start(
      "127.0.0.1:0", [self](std::function<void(bool)> done) { CheckSelf(self, std::move(done)); });
  ASSERT_TRUE(port.ok());
  EXPECT_EQ(alive((*port)->port()), health::HealthCheckResponse::NOT_SERVING);
  close(deaf);
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
