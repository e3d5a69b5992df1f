// A real server with mutual TLS on loopback and a members service whose handlers the test sets.
#pragma once

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/order.grpc.pb.h"
#include "lib/auth/caller.h"
#include "lib/client/channel.h"
#include "lib/server/rpc.h"
#include "lib/server/server.h"
#include "tests/lib/support/certificates.h"
#include "tests/lib/support/log_capture.h"

namespace laurel::server {

namespace mpb = laurel::members::v1;

// What the handlers do; tests replace it before they call.
struct Behaviour {
  // GetMember, blocking.
  std::function<absl::Status(const Call&, const mpb::GetMemberRequest&, mpb::GetMemberResponse*)>
      get = [](const Call&, const auto&, auto*) { return absl::OkStatus(); };
  // RecordOrder, asynchronous.
  std::function<void(const Call&, const mpb::RecordOrderRequest&, Done)> record =
      [](const Call&, const auto&, Done done) { done(absl::OkStatus()); };
};

inline absl::Status GetMember(const Behaviour& behaviour, const Call& call,
                              const mpb::GetMemberRequest& request,
                              mpb::GetMemberResponse* response) {
  return behaviour.get(call, request, response);
}

inline void RecordOrder(const Behaviour& behaviour, const Call& call,
                        const mpb::RecordOrderRequest& request, mpb::RecordOrderResponse*,
                        Done done) {
  behaviour.record(call, request, std::move(done));
}

class TestMemberService final : public mpb::MemberService::CallbackService {
 public:
  TestMemberService(Runtime& runtime, const Behaviour& behaviour)
      : rpc_(runtime, mpb::MemberService::service_full_name()), behaviour_(behaviour) {}
  grpc::ServerUnaryReactor* GetMember(grpc::CallbackServerContext* context,
                                      const mpb::GetMemberRequest* request,
                                      mpb::GetMemberResponse* response) override {
    return rpc_.Run("GetMember", context, request, response, server::GetMember, behaviour_);
  }

 private:
  Rpc rpc_;
  const Behaviour& behaviour_;
};

class TestOrderService final : public mpb::OrderService::CallbackService {
 public:
  TestOrderService(Runtime& runtime, const Behaviour& behaviour)
      : rpc_(runtime, mpb::OrderService::service_full_name()), behaviour_(behaviour) {}
  grpc::ServerUnaryReactor* RecordOrder(grpc::CallbackServerContext* context,
                                        const mpb::RecordOrderRequest* request,
                                        mpb::RecordOrderResponse* response) override {
    return rpc_.Run("RecordOrder", context, request, response, server::RecordOrder, behaviour_);
  }

 private:
  Rpc rpc_;
  const Behaviour& behaviour_;
};

inline constexpr char kProgram[] = "prg_01jd0000000000000000000000";
inline constexpr char kOtherProgram[] = "prg_01jd0000000000000000000001";
inline constexpr char kAnna[] = "mem_01jd0000000000000000000000";
inline constexpr char kBerta[] = "mem_01jd0000000000000000000001";

class ServerFixture : public ::testing::Test {
 protected:
  ServerFixture();
  ~ServerFixture() override;

  // Makes the server with the present settings and serves in a thread of its own.
  void Serve();
  // Lets it drain; returns when Run has returned.
  void StopAndJoin();

  std::shared_ptr<grpc::Channel> ChannelAs(const std::string& name);
  // A context of that deadline; with `caller` as its laurel-caller.
  static std::unique_ptr<grpc::ClientContext> Context(const auth::Caller* caller = nullptr);

  // Calls of the test service.
  absl::Status GetMember(const std::string& peer, const auth::Caller* caller = nullptr,
                         const std::string& member = kAnna, const std::string& program = kProgram);
  absl::Status RecordOrder(const std::string& peer, const mpb::RecordOrderRequest& request,
                           const auth::Caller* caller = nullptr);
  static mpb::RecordOrderRequest ValidOrder();
  static auth::Caller Anna();
  static auth::Caller Staff(auth::Role role);

  testing::TempDir dir_;
  testing::Authority authority_;
  config::Common common_;
  config::ServerOptions options_;
  testing::LogCapture log_;
  Behaviour behaviour_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<TestMemberService> members_;
  std::unique_ptr<TestOrderService> orders_;
  std::thread running_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace laurel::server
