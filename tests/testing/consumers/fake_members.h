// The members-svc that consumers of events see, over gRPC inside the process: it knows who joined
// when, gives points and takes them back by its rules, tells what it did as events, and loses
// requests and answers as it is told.
#pragma once

#include <grpcpp/grpcpp.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
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
  // Refuses to take points back from the member: INSUFFICIENT_POINTS.
  void Ruin(const std::string& member_id);
  // The fate of each BatchPostPoints and ClawBackPoints from now on.
  void SetFate(std::function<Fate()> next);

  // What a member has, and how many entries made it.
  int64_t Balance(const std::string& member_id);
  int Entries(const std::string& member_id);
  int Calls();
  // Payload, subject and member of the events of what was given and taken back since the last time;
  // the rest is the caller's. The caller of all is the service `service`, at `now`.
  std::vector<events::v1::Event> TakeEvents(const std::string& service, absl::Time now);

 private:
  struct Member {
    absl::Time join_time;
    bool blocked = false;
    bool ruined = false;
    int64_t balance = 0;
    int entries = 0;
  };
  // Points that were given, by the id of the entry.
  struct Given {
    std::string member_id;
    std::string wallet_type;
    int64_t amount = 0;
    absl::Time time = absl::InfinitePast();  // when it was told
    bool taken_back = false;
  };

  grpc::Status BatchPostPoints(grpc::ServerContext* context,
                               const members::v1::BatchPostPointsRequest* request,
                               members::v1::BatchPostPointsResponse* response) override;
  grpc::Status GetMember(grpc::ServerContext* context, const members::v1::GetMemberRequest* request,
                         members::v1::GetMemberResponse* response) override;
  grpc::Status ClawBackPoints(grpc::ServerContext* context,
                              const members::v1::ClawBackPointsRequest* request,
                              members::v1::ClawBackPointsResponse* response) override;
  // The entry's id.
  absl::StatusOr<std::string> Earn(const members::v1::EarnPointsRequest& request);
  absl::StatusOr<std::string> ClawBack(const members::v1::ClawBackPointsRequest& request);
  // The answer to a request that has succeeded before; none: it has not.
  std::optional<absl::StatusOr<std::string>> Known(const std::string& request_id,
                                                   const std::string& content) const;
  std::string NewEntry(const std::string& request_id, const std::string& content);

  std::mutex mutex_;
  std::map<std::string, Member> all_;
  // → the request that succeeded, and the entry's id.
  std::map<std::string, std::pair<std::string, std::string>> by_request_id_;
  std::map<std::string, Given> given_;
  std::vector<std::pair<bool, std::string>> untold_;  // whether taken back, which entry gave it
  int entries_ = 0;
  std::function<Fate()> fate_ = [] { return Fate::kAnswered; };
  int calls_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<members::v1::WalletService::StubInterface> wallets_;
  std::unique_ptr<members::v1::MemberService::StubInterface> members_;
};

}  // namespace laurel::testing
