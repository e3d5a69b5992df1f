// The wrapper around every handler of one gRPC service. service.cc is one line per rpc:
//
//   class MemberService final : public pb::MemberService::CallbackService {
//    public:
//     MemberService(server::Runtime& runtime, const Deps& deps)
//         : rpc_(runtime, pb::MemberService::service_full_name()), deps_(deps) {}
//     grpc::ServerUnaryReactor* GetMember(grpc::CallbackServerContext* context,
//                                         const pb::GetMemberRequest* request,
//                                         pb::GetMemberResponse* response) override {
//       return rpc_.Run("GetMember", context, request, response, handlers::GetMember, deps_);
//     }
//
// In this order: identity → roles → programme → owner → request id → field rules → handler →
// metrics → log → status. What each refuses:
//   PEER_UNKNOWN, CALLER_NOT_TRUSTED, CALLER_MALFORMED   lib/auth/peers.h
//   ROLE_REQUIRED             PERMISSION_DENIED: none of the method's roles
//   PROGRAM_NOT_FOUND         NOT_FOUND: another programme than the caller's
//   MEMBER_NOT_FOUND          NOT_FOUND: ROLE_MEMBER and another member's id in owner_field
//   IDEMPOTENCY_KEY_REQUIRED  INVALID_ARGUMENT: the method needs a request_id
//   INVALID_REQUEST           INVALID_ARGUMENT: lib/rules/rules.h
//   OVERLOADED                RESOURCE_EXHAUSTED with RetryInfo: the workers' queue is full
//   DEADLINE_PASSED, CALLER_LEFT   DEADLINE_EXCEEDED, CANCELLED: seen when leaving the queue
// INTERNAL, UNKNOWN and DATA_LOSS, and whatever is thrown, leave as INTERNAL, INTERNAL with an
// opaque text and the trace id; what happened stands under that id in the log.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "lib/rules/rules.h"
#include "lib/server/call.h"
#include "lib/server/runtime.h"

namespace laurel::server {

// What is known of one method, looked up once. Internal to the wrapper.
struct Method {
  std::string name;
  const laurel::api::v1::MethodRules* rules = nullptr;
  std::vector<auth::Role> roles;
  const rules::Compiled* compiled = nullptr;
  rules::KnownFields known;
  const google::protobuf::FieldDescriptor* owner = nullptr;
  prometheus::Counter* ok = nullptr;
  prometheus::Histogram* duration = nullptr;
};

// One accepted call from its start to its answer. Internal to the wrapper.
class Flight {
 public:
  Flight(Runtime& runtime, const Method& method, grpc::CallbackServerContext* context);
  // Answers INTERNAL if nobody has answered.
  ~Flight();
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  // Everything before the handler.
  absl::Status Admit(const google::protobuf::Message& request);
  // Whether it is still worth starting: deadline and cancellation.
  absl::Status StillWanted() const;
  // Counts, logs and answers; once.
  void Finish(const absl::Status& status);

  const Call& call() const { return call_; }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

 private:
  absl::Status CheckCaller(const google::protobuf::Message& request) const;
  void Log(const absl::Status& status, int64_t duration_us) const;

  Runtime& runtime_;
  const Method& method_;
  grpc::ServerUnaryReactor* const reactor_;
  const int64_t start_us_;
  bool finished_ = false;
  Call call_;
};

class Rpc {
 public:
  // `service_full_name` is "laurel.members.v1.MemberService"; its descriptor must be linked.
  Rpc(Runtime& runtime, std::string_view service_full_name);

  // `handler` is one of
  //   absl::Status Handler(const Deps&, const Call&, const Req&, Res*)
  //     may block; runs on the worker pool;
  //   void Handler(const Deps&, const Call&, const Req&, Res*, Done)
  //     must not block; runs on gRPC's thread; answers through Done.
  // `deps` must outlive the server.
  template <typename Req, typename Res, typename Handler, typename Deps>
  grpc::ServerUnaryReactor* Run(const char* method, grpc::CallbackServerContext* context,
                                const Req* request, Res* response, Handler handler,
                                const Deps& deps) {
    auto flight = std::make_unique<Flight>(runtime_, MethodOf(method), context);
    grpc::ServerUnaryReactor* const reactor = flight->reactor();
    if (absl::Status admitted = flight->Admit(*request); !admitted.ok()) {
      flight->Finish(admitted);
      return reactor;
    }
    if constexpr (std::is_invocable_r_v<absl::Status, Handler, const Deps&, const Call&, const Req&,
                                        Res*>) {
      RunOnWorker(std::move(flight), [handler, &deps, request, response](const Call& call) {
        return handler(deps, call, *request, response);
      });
    } else {
      static_assert(std::is_invocable_v<Handler, const Deps&, const Call&, const Req&, Res*, Done>,
                    "neither a blocking nor an asynchronous handler of this rpc");
      RunHere(std::move(flight), [&](const Call& call, Done done) {
        handler(deps, call, *request, response, std::move(done));
      });
    }
    return reactor;
  }

 private:
  const Method& MethodOf(std::string_view name) const;
  void RunOnWorker(std::unique_ptr<Flight> flight,
                   absl::AnyInvocable<absl::Status(const Call&)> handler);
  template <typename Handler>
  void RunHere(std::unique_ptr<Flight> flight, Handler handler) {
    const Call& call = flight->call();
    // Of what an exception's log line needs: the call itself goes with its answer.
    const char* const method = call.method;
    const trace::Context trace = call.trace;
    Done done = [owned = std::move(flight)](const absl::Status& status) mutable {
      owned->Finish(status);
      owned.reset();
    };
    try {
      handler(call, std::move(done));
    } catch (...) {
      // The stack has dropped Done, which has answered INTERNAL; the log still learns why.
      LogThrown(method, trace);
    }
  }
  // To be called in a catch block.
  static void LogThrown(const char* method, const trace::Context& trace);

  Runtime& runtime_;
  std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace laurel::server
