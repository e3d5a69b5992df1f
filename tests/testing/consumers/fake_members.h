// The members-svc that consumers of events see, over gRPC inside the process: it knows who joined
// when, gives points by its rules, and loses requests and answers as it is told.
#pragma once

#include <grpcpp/grpcpp.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"

namespace laurel::testing {

// What becomes of one call.
enum class Fate {
  kAnswered,
  kRequestLost,  // nothing happens; UNAVAILABLE
  kTimedOut,     // nothing happens; DEADLINE_EXCEEDED
  kAnswerLost,   // it takes effect; UNAVAILABLE
  kRefused,      // nothing happens; INVALID_ARGUMENT, as if one of the posts were malformed
};

class FakeMembers final : private members::v1::WalletService::Service,
                          private members::v1::MemberService::Service {
 public:
  FakeMembers();
  ~FakeMembers() override;

  members::v1::WalletService::StubInterface& wallets() { return *wallets_; }
  members::v1::MemberService::StubInterface& members() { return *members_; }

  void Enrol(const std::string& member_id, absl::Time join_time);
  // Refuses points for the member: MEMBER_BLOCKED.
  void Block(const std::string& member_id);
  // As if the member had never been: MEMBER_NOT_FOUND.
  void Remove(const std::string& member_id);
  // The fate of each BatchPostPoints from now on.
  void SetFate(std::function<Fate()> next);

  // What a member has, and how many entries made it.
  int64_t Balance(const std::string& member_id);
  int Entries(const std::string& member_id);
  int Calls();

 private:
  struct Member {
    absl::Time join_time;
    bool blocked = false;
    int64_t balance = 0;
    int entries = 0;
  };

  grpc::Status BatchPostPoints(grpc::ServerContext* context,
                               const members::v1::BatchPostPointsRequest* request,
                               members::v1::BatchPostPointsResponse* response) override;
  grpc::Status GetMember(grpc::ServerContext* context, const members::v1::GetMemberRequest* request,
                         members::v1::GetMemberResponse* response) override;
  absl::Status Earn(const members::v1::EarnPointsRequest& request);

  std::mutex mutex_;
  std::map<std::string, Member> all_;
  std::map<std::string, std::string> by_request_id_;  // → the request that succeeded
  std::function<Fate()> fate_ = [] { return Fate::kAnswered; };
  int calls_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<members::v1::WalletService::StubInterface> wallets_;
  std::unique_ptr<members::v1::MemberService::StubInterface> members_;
};

}  // namespace laurel::testing
