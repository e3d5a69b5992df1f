#include "lib/server/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>

#include "absl/synchronization/notification.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "laurel/testing/v1/clock.grpc.pb.h"
#include "lib/base/timestamps.h"
#include "lib/config/file.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/lib/server/fixture.h"

namespace laurel::server {
namespace {

namespace health = grpc::health::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServerTest : public ServerFixture {
 protected:
  health::HealthCheckResponse::ServingStatus Health(const std::string& service) {
    health::HealthCheckRequest request;
    request.set_service(service);
    health::HealthCheckResponse response;
    const auto stub = health::Health::NewStub(ChannelAs("operator"));
    EXPECT_TRUE(stub->Check(Context().get(), request, &response).ok());
    return response.status();
  }

  absl::Status SetTime(const std::string& peer, absl::Time time) {
    laurel::testing::v1::SetTimeRequest request;
    base::SetTimestamp(time, request.mutable_time());
    laurel::testing::v1::SetTimeResponse response;
    const auto stub = laurel::testing::v1::ClockService::NewStub(ChannelAs(peer));
    return status::FromGrpc(stub->SetTime(Context().get(), request, &response));
  }
};

TEST_F(ServerTest, TheReadyFileSaysWhereItServesAndGoesWithIt) {
  config::WriteFileAtomically(options_.ready_file, "an earlier run's").IgnoreError();
  Serve();
  const auto ready = config::ReadFile(options_.ready_file);
  ASSERT_TRUE(ready.ok());
  EXPECT_EQ(*ready, "{\"port\":" + std::to_string(server_->port()) +
                        ",\"metrics_port\":" + std::to_string(server_->metrics_port()) +
                        ",\"pid\":" + std::to_string(getpid()) + "}\n");
  EXPECT_GT(server_->port(), 0);
  EXPECT_GT(server_->metrics_port(), 0);
  StopAndJoin();
  EXPECT_FALSE(config::ReadFile(options_.ready_file).ok());
}

TEST_F(ServerTest, AnUnwritableReadyFileStopsTheStart) {
  options_.ready_file = dir_.Path("no/such/folder/ready.json");
  auto server = Server::Create("members", common_, options_);
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(status::ReasonOf((*server)->Start()), "FILE_UNUSABLE");
}

TEST_F(ServerTest, ATakenPortStopsTheStart) {
  Serve();
  config::ServerOptions second = options_;
  second.ready_file = "";
  second.listen = "127.0.0.1:" + std::to_string(server_->port());
  auto other = Server::Create("members", common_, second);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(status::ReasonOf((*other)->Start()), "NOT_LISTENING");
}

TEST_F(ServerTest, MissingFilesStopTheStart) {
  options_.cert_file = dir_.Path("none.crt");
  EXPECT_EQ(status::ReasonOf(Server::Create("members", common_, options_).status()),
            "FILE_UNUSABLE");
  common_.peers_file = dir_.Write("bad.json", "{]");
  EXPECT_EQ(status::ReasonOf(Server::Create("members", common_, options_).status()),
            "PEERS_INVALID");
}

TEST_F(ServerTest, DrainAnswersAcceptedCallsAndThenClosesInOrder) {
  Serve();
  absl::Notification begun;
  absl::Notification release;
  std::vector<std::string> closed;
  std::atomic<int> calls{0};
  std::atomic<bool> answered{false};
  behaviour_.get = [&](const Call&, const auto&, auto*) {
    if (++calls > 1) return absl::OkStatus();
    begun.Notify();
    release.WaitForNotification();
    answered = true;
    return absl::OkStatus();
  };
  server_->OnDrain("batcher", [&] {
    EXPECT_TRUE(answered);
    closed.push_back("batcher");
  });
  server_->OnDrain("pool", [&] { closed.push_back("pool"); });
  auto call = std::async(std::launch::async, [&] { return GetMember("operator"); });
  begun.WaitForNotification();
  server_->Stop();
  // New calls are refused while the accepted one goes on.
  while (GetMember("rewards").ok()) std::this_thread::yield();
  EXPECT_FALSE(answered);
  release.Notify();
  EXPECT_EQ(call.get(), absl::OkStatus());
  running_.join();
  EXPECT_THAT(closed, ElementsAre("batcher", "pool"));
}

TEST_F(ServerTest, ACallThatOutlivesTheDrainIsCancelled) {
  options_.drain_seconds = 0;
  Serve();
  absl::Notification begun;
  behaviour_.get = [&](const Call& call, const auto&, auto*) {
    begun.Notify();
    while (!call.Cancelled()) std::this_thread::yield();
    return absl::CancelledError("told to stop");
  };
  auto call = std::async(std::launch::async, [&] { return GetMember("operator"); });
  begun.WaitForNotification();
  StopAndJoin();
  EXPECT_FALSE(call.get().ok());
}

TEST_F(ServerTest, SaysNotServingBeforeItCloses) {
  options_.drain_notice_ms = 2000;
  Serve();
  EXPECT_EQ(Health(""), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(Health("laurel.members.v1.MemberService"), health::HealthCheckResponse::SERVING);
  server_->Stop();
  while (Health("") == health::HealthCheckResponse::SERVING) std::this_thread::yield();
  // Endpoints need a moment to notice: calls are still served.
  EXPECT_EQ(GetMember("operator"), absl::OkStatus());
  running_.join();
}

// Signals are blocked in all threads from the start, as server::Main does it.
TEST_F(ServerTest, SigtermDrains) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Serve();
  pthread_kill(running_.native_handle(), SIGTERM);
  running_.join();
  EXPECT_EQ(log_.Count("asked to stop"), 1);
}

TEST_F(ServerTest, TheManualClockIsSetByTheOperatorAndNeverBackwards) {
  common_.manual_clock = true;
  Serve();
  const absl::Time later = server_->clock().Now() + absl::Hours(24 * 90);
  EXPECT_EQ(SetTime("operator", later), absl::OkStatus());
  EXPECT_EQ(server_->clock().Now(), later);
  EXPECT_EQ(status::ReasonOf(SetTime("operator", later - absl::Seconds(1))), "CLOCK_BACKWARDS");
  EXPECT_EQ(server_->clock().Now(), later);
  EXPECT_EQ(status::ReasonOf(SetTime("rewards", later)), "ROLE_REQUIRED");
}

TEST_F(ServerTest, TheSystemClockCannotBeSet) {
  Serve();
  EXPECT_EQ(SetTime("operator", absl::FromUnixSeconds(4000000000)).code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(ServerTest, NoManualClockInProduction) {
  common_.manual_clock = true;
  common_.production = true;
  EXPECT_EQ(status::ReasonOf(Server::Create("members", common_, options_).status()),
            "CLOCK_IN_PRODUCTION");
}

// What grpcurl and buf ask first: the files of every service, that of health among them.
TEST_F(ServerTest, ReflectionKnowsTheFileOfEveryService) {
  Serve();
  grpc::GenericStub stub(ChannelAs("operator"));
  for (const std::string symbol : {"grpc.health.v1.Health", "laurel.members.v1.MemberService"}) {
    grpc::CompletionQueue queue;
    const auto context = Context();
    const auto call = stub.PrepareCall(
        context.get(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
    const auto wait = [&] {
      void* tag = nullptr;
      bool ok = false;
      EXPECT_TRUE(queue.Next(&tag, &ok));
    };
    call->StartCall(nullptr);
    wait();
    // ServerReflectionRequest{file_containing_symbol (4): symbol}
    const grpc::Slice slice("\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    wait();
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    wait();
    grpc::Slice all;
    ASSERT_TRUE(answer.TrySingleSlice(&all).ok() || answer.DumpToSingleSlice(&all).ok());
    const std::string text(reinterpret_cast<const char*>(all.begin()), all.size());
    EXPECT_THAT(text, HasSubstr(".proto")) << symbol;
    grpc::Status status;
    call->Finish(&status, nullptr);
    wait();
    EXPECT_TRUE(status.ok());
    queue.Shutdown();
  }
}

}  // namespace
}  // namespace laurel::server
