// How the gateway ends, and what it does when a service behind it ends.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "gateway/json/parse.h"
#include "lib/config/file.h"
#include "tests/gateway/support/rig.h"

namespace laurel::gateway::testing {
namespace {

// Lets a handler wait for the test.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitForOne() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class DrainTest : public Rig {};

TEST_F(DrainTest, TheReadyFileSaysWhere) {
  StartGateway();
  const auto ready = ParseJson(*config::ReadFile(config_.server.ready_file));
  ASSERT_TRUE(ready.ok());
  EXPECT_EQ(ready->at("port"), port());
  EXPECT_EQ(ready->at("metrics_port"), program_->metrics_port());
}

TEST_F(DrainTest, WhatHasBeenAcceptedIsAnswered) {
  StartGateway();
  Gate gate;
  behaviour_.get = [&gate](const auto&, const auto& request, auto* response) {
    gate.Pass();
    response->mutable_member()->set_member_id(request.member_id());
    return absl::OkStatus();
  };
  Connection busy(port());
  ASSERT_TRUE(busy.Send(RequestBytes("GET", "/v1/members/me", Bearer(MemberToken()))));
  gate.WaitForOne();
  Connection idle(port());
  ASSERT_TRUE(idle.Send(RequestBytes("GET", "/healthz")));
  ASSERT_EQ(idle.Receive()->status, 200);

  std::jthread drain([this] { program_->Drain(); });
  // Within the grace an idle connection may still ask, and is told when it is the last time.
  std::optional<Answer> last;
  do {
    last = idle.Send(RequestBytes("GET", "/healthz")) ? idle.Receive() : std::nullopt;
  } while (last && !last->headers.contains("connection"));
  EXPECT_TRUE(last);
  EXPECT_TRUE(idle.WaitForClose());
  gate.Open();
  const auto answer = busy.Receive();
  drain.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(busy.WaitForClose());
  EXPECT_FALSE(Connection(port()).connected());
}

TEST_F(DrainTest, NoRequestOnAnOpenConnectionFails) {
  StartGateway();
  const std::string token = MemberToken();
  std::atomic<int> failed{0};
  std::atomic<int> done{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Connection connection(port());
      while (true) {
        if (!connection.Send(RequestBytes("GET", "/v1/members/me", Bearer(token)))) break;
        const auto answer = connection.Receive();
        if (!answer || answer->status != 200) {
          ++failed;
          break;
        }
        ++done;
        // Told to go: a client that keeps to HTTP opens another connection, elsewhere.
        if (answer->headers.contains("connection")) break;
      }
    });
  }
  while (done < 200) std::this_thread::yield();
  program_->Drain();
  for (auto& client : clients) client.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(DrainTest, WhatTakesTooLongIsCutOff) {
  config_.server.drain_seconds = 0;
  StartGateway();
  Connection half(port());
  ASSERT_TRUE(half.Send("GET / HTTP/1.1\r\n"));
  program_->Drain();
  EXPECT_TRUE(half.WaitForClose());
}

TEST_F(DrainTest, NoCallFailsWhileOneOfTwoInstancesEnds) {
  AddBackend();
  AddBackend();
  StartGateway();
  const std::string token = MemberToken();
  ASSERT_EQ(Get("/v1/members/me", token).status, 200);
  std::atomic<bool> over{false};
  std::atomic<int> done{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&, i] {
      Connection connection(port());
      for (int k = 0; !over; ++k) {
        const std::string key = "k" + std::to_string(i) + "-" + std::to_string(k);
        const bool sent =
            k % 2 == 0
                ? connection.Send(RequestBytes("GET", "/v1/members/me", Bearer(token)))
                : connection.Send(RequestBytes(
                      "POST", std::string("/v1/members/") + kAnna + "/points:earn",
                      {{"X-Api-Key", kApiKey}, {"Idempotency-Key", key}}, "{\"amount\": 1}"));
        const auto answer = sent ? connection.Receive() : std::nullopt;
        if (!answer || answer->status != 200) {
          ++failed;
          ADD_FAILURE() << (answer ? answer->body : "no answer");
          return;
        }
        ++done;
      }
    });
  }
  const auto wait_for_more = [&done, &failed](int more) {
    for (const int target = done + more; done < target && failed == 0;) std::this_thread::yield();
  };
  wait_for_more(300);
  backends_[0]->Stop();
  wait_for_more(300);
  over = true;
  for (auto& client : clients) client.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(DrainTest, MetricsSayWhatHappened) {
  StartGateway();
  ASSERT_EQ(Get("/v1/members/me", MemberToken()).status, 200);
  ASSERT_EQ(Get("/v1/nothing").status, 404);
  const std::string text = Fetch(program_->metrics_port(), "GET", "/metrics").body;
  for (const char* line :
       {"laurel_gateway_requests_total{class=\"2xx\",rpc=\"MemberService/GetMember\"} 1",
        "laurel_gateway_requests_total{class=\"4xx\",rpc=\"none\"} 1",
        "laurel_gateway_responses_total{status=\"404\"} 1", "laurel_gateway_in_flight_requests 0",
        "laurel_gateway_credential_cache_misses_total 1"}) {
    EXPECT_THAT(text, ::testing::HasSubstr(line));
  }
}

}  // namespace
}  // namespace laurel::gateway::testing
