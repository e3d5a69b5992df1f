// A service behind the gateway: a real server with mutual TLS whose few handlers the test sets, and
// which remembers what reached it.
#pragma once

#include <grpcpp/server_context.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "laurel/members/v1/access.grpc.pb.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/server/call.h"
#include "lib/server/server.h"
#include "tests/lib/support/certificates.h"

namespace laurel::gateway::testing {

namespace pb = laurel::members::v1;

inline constexpr char kProgram[] = "prg_01jd0000000000000000000000";
inline constexpr char kAnna[] = "mem_01jd0000000000000000000000";
inline constexpr char kBerta[] = "mem_01jd0000000000000000000001";
inline constexpr char kApiKey[] =
    "lk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// What the handlers do and have seen. Thread-safe for what is noted; the functions are set before
// calls are made.
struct Behaviour {
  std::function<absl::Status(const server::Call&, const pb::GetMemberRequest&,
                             pb::GetMemberResponse*)>
      get;
  std::function<absl::Status(const server::Call&, const pb::EarnPointsRequest&,
                             pb::EarnPointsResponse*)>
      earn;

  void Note(const server::Call& call) const;
  int Count(const std::string& method) const;
  // Metadata that the last call brought, except what gRPC adds itself.
  std::multimap<std::string, std::string> LastMetadata() const;
  auth::Caller LastCaller() const;
  std::string LastTraceId() const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::string, int> counts_;
  mutable std::multimap<std::string, std::string> metadata_;
  mutable auth::Caller caller_;
  mutable std::string trace_id_;
};

class Backend {
 public:
  // Behaves: GetMember gives the member asked for with etag "v1", FindMember knows external id
  // "anna", EarnPoints echoes, VerifyApiKey knows kApiKey.
  Backend(const laurel::testing::Authority& authority, const std::string& peers_file,
          Behaviour& behaviour);
  ~Backend();
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  int port() const;
  // Drains and ends, as on SIGTERM.
  void Stop();

 private:
  struct Services;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<Services> services_;
  std::thread running_;
};

}  // namespace laurel::gateway::testing
