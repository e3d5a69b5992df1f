// The members-svc that rewards-svc sees from outside, over real gRPC inside the process: it keeps
// wallets and answers by its rules, or loses requests and answers, or lets a request take effect
// when nobody waits for it any more.
#pragma once

#include <grpcpp/grpcpp.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"

namespace laurel::rewards {

// What becomes of one call.
enum class Fate {
  kAnswered,
  kRequestLost,  // nothing happens; UNAVAILABLE
  kAnswerLost,   // it takes effect; UNAVAILABLE
  kTimedOut,     // nothing happens; DEADLINE_EXCEEDED
  kLate,         // DEADLINE_EXCEEDED now, and it takes effect with TakeEffectLate
  kForbidden,    // PERMISSION_DENIED: says nothing about an earlier try
};

// The programme that every member is of, and what it says of itself.
class FakePrograms final : public members::v1::ProgramService::Service {
 public:
  void Languages(const std::vector<std::string>& codes);

 private:
  grpc::Status GetProgram(grpc::ServerContext* context,
                          const members::v1::GetProgramRequest* request,
                          members::v1::GetProgramResponse* response) override;
  grpc::Status ListWalletTypes(grpc::ServerContext* context,
                               const members::v1::ListWalletTypesRequest* request,
                               members::v1::ListWalletTypesResponse* response) override;

  std::mutex mutex_;
  std::vector<std::string> languages_;
};

class FakeMembers final : private members::v1::WalletService::Service {
 public:
  // `machine` says when a call was made, for calls that are late.
  explicit FakeMembers(const base::Clock& machine);
  ~FakeMembers() override;
  std::shared_ptr<grpc::Channel> Channel();

  FakePrograms& programs() { return programs_; }
  void Give(const std::string& member_id, int64_t points);
  void Block(const std::string& member_id, bool blocked);
  int64_t Balance(const std::string& member_id);
  // The fates of the next calls; afterwards all are answered.
  void Fates(std::deque<Fate> fates);
  // The next call is refused with this, whatever the wallet says.
  void RefuseNext(absl::Status status);
  // The next call waits until the notification; then it is answered.
  void HoldNext(absl::Notification* until);

  // Lets the oldest late call take effect; false: there is none.
  bool TakeEffectLate();
  // A call takes effect before its lease has passed, or never.
  void ForgetLateCallsBefore(absl::Time machine_time);
  // Gives a spend back as if a person had, by another way.
  void RefundByHand(const std::string& request_id);

  struct Spend {
    std::string member_id;
    std::string wallet_type;
    int64_t amount = 0;
    std::string entry_id;
    bool refunded = false;
  };
  // By request id.
  std::map<std::string, Spend> Spends();
  int Calls();
  // What must never happen: a request id with other content.
  std::vector<std::string> Faults();

 private:
  using Context = grpc::ServerContext;
  grpc::Status SpendPoints(Context* context, const members::v1::SpendPointsRequest* request,
                           members::v1::SpendPointsResponse* response) override;
  grpc::Status RefundPoints(Context* context, const members::v1::RefundPointsRequest* request,
                            members::v1::RefundPointsResponse* response) override;
  grpc::Status ListBalances(Context* context, const members::v1::ListBalancesRequest* request,
                            members::v1::ListBalancesResponse* response) override;
  template <typename Request, typename Response>
  grpc::Status Meet(const Request& request, Response* response);
  absl::Status Apply(const members::v1::SpendPointsRequest& request, members::v1::Entry* entry);
  absl::Status Apply(const members::v1::RefundPointsRequest& request, members::v1::Entry* entry);
  // Whether that request succeeded before; a fault when it had other content.
  bool Known(const std::string& request_id, const google::protobuf::Message& request);

  const base::Clock& machine_;
  std::mutex mutex_;
  base::IdSource ids_{7};
  std::map<std::string, int64_t> balances_;
  std::set<std::string> blocked_;
  std::map<std::string, Spend> spends_;
  std::map<std::string, std::string> refunds_;  // request id → entry id
  std::map<std::string, std::string> contents_;
  std::vector<std::string> faults_;
  std::deque<Fate> fates_;
  std::optional<absl::Status> refusal_;
  absl::Notification* hold_ = nullptr;
  struct Late {
    absl::Time call_time;
    members::v1::SpendPointsRequest spend;
    members::v1::RefundPointsRequest refund;
  };
  std::deque<Late> late_;
  int calls_ = 0;
  FakePrograms programs_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace laurel::rewards
