#include "tests/rewards-svc/fake_members.h"

#include <utility>

#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::rewards {

namespace pb = laurel::members::v1;

void FakePrograms::Languages(const std::vector<std::string>& codes) {
  const std::scoped_lock lock(mutex_);
  languages_ = codes;
}

grpc::Status FakePrograms::GetProgram(grpc::ServerContext*, const pb::GetProgramRequest*,
                                      pb::GetProgramResponse* response) {
  const std::scoped_lock lock(mutex_);
  for (const std::string& code : languages_) response->mutable_program()->add_languages(code);
  return grpc::Status::OK;
}

grpc::Status FakePrograms::ListWalletTypes(grpc::ServerContext*, const pb::ListWalletTypesRequest*,
                                           pb::ListWalletTypesResponse* response) {
  pb::WalletType& points = *response->add_wallet_types();
  points.set_code("points");
  points.set_singular("point");
  points.set_plural("points");
  return grpc::Status::OK;
}

FakeMembers::FakeMembers(const base::Clock& machine) : machine_(machine) {
  grpc::ServerBuilder builder;
  builder.RegisterService(static_cast<pb::WalletService::Service*>(this));
  builder.RegisterService(&programs_);
  server_ = builder.BuildAndStart();
}

FakeMembers::~FakeMembers() { server_->Shutdown(); }

std::shared_ptr<grpc::Channel> FakeMembers::Channel() { return server_->InProcessChannel({}); }

void FakeMembers::Give(const std::string& member_id, int64_t points) {
  const std::scoped_lock lock(mutex_);
  balances_[member_id] += points;
}

void FakeMembers::Block(const std::string& member_id, bool blocked) {
  const std::scoped_lock lock(mutex_);
  if (blocked) {
    blocked_.insert(member_id);
  } else {
    blocked_.erase(member_id);
  }
}

int64_t FakeMembers::Balance(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  return balances_[member_id];
}

void FakeMembers::Fates(std::deque<Fate> fates) {
  const std::scoped_lock lock(mutex_);
  fates_ = std::move(fates);
}

void FakeMembers::RefuseNext(absl::Status status) {
  const std::scoped_lock lock(mutex_);
  refusal_ = std::move(status);
}

void FakeMembers::HoldNext(absl::Notification* until) {
  const std::scoped_lock lock(mutex_);
  hold_ = until;
}

bool FakeMembers::TakeEffectLate() {
  const std::scoped_lock lock(mutex_);
  if (late_.empty()) return false;
  const Late late = std::move(late_.front());
  late_.pop_front();
  pb::Entry entry;
  if (!late.spend.request_id().empty()) {
    Apply(late.spend, &entry).IgnoreError();
  } else {
    Apply(late.refund, &entry).IgnoreError();
  }
  return true;
}

void FakeMembers::ForgetLateCallsBefore(absl::Time machine_time) {
  const std::scoped_lock lock(mutex_);
  while (!late_.empty() && late_.front().call_time <= machine_time) late_.pop_front();
}

void FakeMembers::RefundByHand(const std::string& request_id) {
  const std::scoped_lock lock(mutex_);
  Spend& spend = spends_.at(request_id);
  spend.refunded = true;
  balances_[spend.member_id] += spend.amount;
}

std::map<std::string, FakeMembers::Spend> FakeMembers::Spends() {
  const std::scoped_lock lock(mutex_);
  return spends_;
}

int FakeMembers::Calls() {
  const std::scoped_lock lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeMembers::Faults() {
  const std::scoped_lock lock(mutex_);
  return faults_;
}

grpc::Status FakeMembers::SpendPoints(Context*, const pb::SpendPointsRequest* request,
                                      pb::SpendPointsResponse* response) {
  return Meet(*request, response);
}

grpc::Status FakeMembers::RefundPoints(Context*, const pb::RefundPointsRequest* request,
                                       pb::RefundPointsResponse* response) {
  return Meet(*request, response);
}

grpc::Status FakeMembers::ListBalances(Context*, const pb::ListBalancesRequest* request,
                                       pb::ListBalancesResponse* response) {
  const std::scoped_lock lock(mutex_);
  const auto balance = balances_.find(request->member_id());
  if (balance == balances_.end()) {
    return status::ToGrpc(
        status::Error(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND", "No such member."));
  }
  pb::Balance& out = *response->add_balances();
  out.set_wallet_type("points");
  out.set_active(balance->second);
  return grpc::Status::OK;
}

template <typename Request, typename Response>
grpc::Status FakeMembers::Meet(const Request& request, Response* response) {
  absl::Notification* hold = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    hold = std::exchange(hold_, nullptr);
  }
  if (hold != nullptr) hold->WaitForNotification();
  const std::scoped_lock lock(mutex_);
  ++calls_;
  Fate fate = Fate::kAnswered;
  if (!fates_.empty()) {
    fate = fates_.front();
    fates_.pop_front();
  }
  switch (fate) {
    case Fate::kAnswered:
      break;
    case Fate::kRequestLost:
      return {grpc::StatusCode::UNAVAILABLE, "lost on its way"};
    case Fate::kAnswerLost:
      Apply(request, response->mutable_entry()).IgnoreError();
      return {grpc::StatusCode::UNAVAILABLE, "connection reset"};
    case Fate::kTimedOut:
      return {grpc::StatusCode::DEADLINE_EXCEEDED, "too late"};
    case Fate::kLate: {
      Late& late = late_.emplace_back();
      late.call_time = machine_.Now();
      if constexpr (std::is_same_v<Request, pb::SpendPointsRequest>) {
        late.spend = request;
      } else {
        late.refund = request;
      }
      return {grpc::StatusCode::DEADLINE_EXCEEDED, "too late"};
    }
    case Fate::kForbidden:
      return status::ToGrpc(status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                                          "Not with this certificate."));
  }
  if (refusal_) return status::ToGrpc(*std::exchange(refusal_, std::nullopt));
  return status::ToGrpc(Apply(request, response->mutable_entry()));
}

bool FakeMembers::Known(const std::string& request_id, const google::protobuf::Message& request) {
  const auto known = contents_.find(request_id);
  if (known == contents_.end()) return false;
  if (known->second != request.SerializeAsString()) {
    faults_.push_back("request id " + request_id + " came with other content");
  }
  return true;
}

absl::Status FakeMembers::Apply(const pb::SpendPointsRequest& request, pb::Entry* entry) {
  if (Known(request.request_id(), request)) {
    entry->set_entry_id(spends_.at(request.request_id()).entry_id);
    return absl::OkStatus();
  }
  const auto balance = balances_.find(request.member_id());
  if (balance == balances_.end()) {
    return status::Error(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND", "No such member.");
  }
  if (blocked_.contains(request.member_id())) {
    return status::Error(absl::StatusCode::kFailedPrecondition, "MEMBER_BLOCKED", "Blocked.");
  }
  if (balance->second < request.amount()) {
    return status::Error(absl::StatusCode::kFailedPrecondition, "INSUFFICIENT_POINTS",
                         "Not so many points.", {{"active", std::to_string(balance->second)}});
  }
  balance->second -= request.amount();
  entry->set_entry_id(base::EncodeId("ent", ids_.Next(absl::UnixEpoch())));
  contents_[request.request_id()] = request.SerializeAsString();
  spends_[request.request_id()] = {request.member_id(), request.wallet_type(), request.amount(),
                                   entry->entry_id(), false};
  return absl::OkStatus();
}

absl::Status FakeMembers::Apply(const pb::RefundPointsRequest& request, pb::Entry* entry) {
  if (Known(request.request_id(), request)) {
    entry->set_entry_id(refunds_.at(request.request_id()));
    return absl::OkStatus();
  }
  if (blocked_.contains(request.member_id())) {
    return status::Error(absl::StatusCode::kFailedPrecondition, "MEMBER_BLOCKED", "Blocked.");
  }
  for (auto& [id, spend] : spends_) {
    if (spend.entry_id != request.spend_entry_id()) continue;
    if (spend.refunded) {
      return status::Error(absl::StatusCode::kFailedPrecondition, "ALREADY_REFUNDED", "Once.");
    }
    spend.refunded = true;
    balances_[spend.member_id] += spend.amount;
    entry->set_entry_id(base::EncodeId("ent", ids_.Next(absl::UnixEpoch())));
    contents_[request.request_id()] = request.SerializeAsString();
    refunds_[request.request_id()] = entry->entry_id();
    return absl::OkStatus();
  }
  return status::Error(absl::StatusCode::kNotFound, "SPEND_NOT_FOUND", "No such spend.");
}

}  // namespace laurel::rewards
