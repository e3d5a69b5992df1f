#include "tests/testing/consumers/fake_members.h"

#include "lib/base/timestamps.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::testing {

namespace pb = laurel::members::v1;

FakeMembers::FakeMembers() {
  grpc::ServerBuilder builder;
  builder.RegisterService(static_cast<pb::WalletService::Service*>(this));
  builder.RegisterService(static_cast<pb::MemberService::Service*>(this));
  server_ = builder.BuildAndStart();
  const auto channel = server_->InProcessChannel(grpc::ChannelArguments());
  wallets_ = pb::WalletService::NewStub(channel);
  members_ = pb::MemberService::NewStub(channel);
}

FakeMembers::~FakeMembers() { server_->Shutdown(); }

void FakeMembers::Enrol(const std::string& member_id, absl::Time join_time) {
  const std::scoped_lock lock(mutex_);
  all_[member_id] = {.join_time = join_time};
}

void FakeMembers::Block(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  all_.at(member_id).blocked = true;
}

void FakeMembers::Ruin(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  all_.at(member_id).ruined = true;
}

void FakeMembers::Remove(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  all_.erase(member_id);
}

void FakeMembers::SetFate(std::function<Fate()> next) {
  const std::scoped_lock lock(mutex_);
  fate_ = std::move(next);
}

int64_t FakeMembers::Balance(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  return all_.at(member_id).balance;
}

int FakeMembers::Entries(const std::string& member_id) {
  const std::scoped_lock lock(mutex_);
  return all_.at(member_id).entries;
}

int FakeMembers::Calls() {
  const std::scoped_lock lock(mutex_);
  return calls_;
}

std::optional<absl::StatusOr<std::string>> FakeMembers::Known(const std::string& request_id,
                                                              const std::string& content) const {
  const auto known = by_request_id_.find(request_id);
  if (known == by_request_id_.end()) return std::nullopt;
  if (known->second.first == content) return known->second.second;
  return status::Error(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED", "other content");
}

std::string FakeMembers::NewEntry(const std::string& request_id, const std::string& content) {
  const std::string id = base::EncodeId("ent", {0, static_cast<uint64_t>(++entries_)});
  by_request_id_[request_id] = {content, id};
  return id;
}

absl::StatusOr<std::string> FakeMembers::Earn(const pb::EarnPointsRequest& request) {
  const std::string content = request.SerializeAsString();
  if (const auto known = Known(request.request_id(), content)) return *known;
  const auto member = all_.find(request.member_id());
  if (member == all_.end())
    return status::Error(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND", "no such member");
  if (member->second.blocked)
    return status::Error(absl::StatusCode::kFailedPrecondition, "MEMBER_BLOCKED", "blocked");
  const std::string id = NewEntry(request.request_id(), content);
  given_[id] = {.member_id = request.member_id(),
                .wallet_type = request.wallet_type(),
                .amount = request.amount()};
  untold_.emplace_back(false, id);
  member->second.balance += request.amount();
  member->second.entries += 1;
  return id;
}

absl::StatusOr<std::string> FakeMembers::ClawBack(const pb::ClawBackPointsRequest& request) {
  const std::string content = request.SerializeAsString();
  if (const auto known = Known(request.request_id(), content)) return *known;
  const auto given = given_.find(request.accrual_entry_id());
  if (given == given_.end() || given->second.member_id != request.member_id())
    return status::Error(absl::StatusCode::kNotFound, "ACCRUAL_NOT_FOUND", "no such accrual");
  Member& member = all_.at(request.member_id());
  if (given->second.taken_back)
    return status::Error(absl::StatusCode::kFailedPrecondition, "CLAW_BACK_EXCEEDS_ACCRUAL",
                         "nothing is left of it");
  if (member.ruined)
    return status::Error(absl::StatusCode::kFailedPrecondition, "INSUFFICIENT_POINTS", "too few");
  given->second.taken_back = true;
  untold_.emplace_back(true, given->first);
  member.balance -= given->second.amount;
  member.entries += 1;
  return NewEntry(request.request_id(), content);
}

std::vector<events::v1::Event> FakeMembers::TakeEvents(const std::string& service, absl::Time now) {
  const std::scoped_lock lock(mutex_);
  std::vector<events::v1::Event> events;
  for (const auto& [taken_back, entry_id] : untold_) {
    Given& given = given_.at(entry_id);
    events::v1::Event& event = events.emplace_back();
    event.set_subject(entry_id);
    event.set_member_id(given.member_id);
    if (!taken_back) {
      given.time = now;
      event.mutable_points_earned()->set_wallet_type(given.wallet_type);
      event.mutable_points_earned()->set_amount(given.amount);
      base::SetTimestamp(now, event.mutable_points_earned()->mutable_occur_time());
      event.mutable_points_earned()->set_service(service);
      continue;
    }
    auto& taken = *event.mutable_points_clawed_back();
    taken.set_wallet_type(given.wallet_type);
    taken.set_amount(given.amount);
    taken.set_accrual_entry_id(entry_id);
    taken.set_accrual_points(given.amount);
    base::SetTimestamp(given.time, taken.mutable_accrual_occur_time());
    taken.set_service(service);
  }
  untold_.clear();
  return events;
}

grpc::Status FakeMembers::BatchPostPoints(grpc::ServerContext*,
                                          const pb::BatchPostPointsRequest* request,
                                          pb::BatchPostPointsResponse* response) {
  const std::scoped_lock lock(mutex_);
  ++calls_;
  const Fate fate = fate_();
  if (fate == Fate::kRequestLost) return {grpc::StatusCode::UNAVAILABLE, "the request is lost"};
  if (fate == Fate::kTimedOut) return {grpc::StatusCode::DEADLINE_EXCEEDED, "too slow"};
  if (fate == Fate::kRefused)
    return status::ToGrpc(status::InvalidRequest({{"posts[0]", "is malformed"}}));
  for (const pb::PointsPost& post : request->posts()) {
    const auto earned = Earn(post.earn());
    pb::PointsPostResult& result = *response->add_results();
    if (earned.ok()) {
      result.mutable_entry()->set_member_id(post.earn().member_id());
      result.mutable_entry()->set_entry_id(*earned);
    } else {
      *result.mutable_error() = status::ToProto(earned.status());
    }
  }
  if (fate == Fate::kAnswerLost) return {grpc::StatusCode::UNAVAILABLE, "the answer is lost"};
  return grpc::Status::OK;
}

grpc::Status FakeMembers::ClawBackPoints(grpc::ServerContext*,
                                         const pb::ClawBackPointsRequest* request,
                                         pb::ClawBackPointsResponse* response) {
  const std::scoped_lock lock(mutex_);
  ++calls_;
  const Fate fate = fate_();
  if (fate == Fate::kRequestLost) return {grpc::StatusCode::UNAVAILABLE, "the request is lost"};
  if (fate == Fate::kTimedOut) return {grpc::StatusCode::DEADLINE_EXCEEDED, "too slow"};
  const auto taken = ClawBack(*request);
  if (fate == Fate::kAnswerLost) return {grpc::StatusCode::UNAVAILABLE, "the answer is lost"};
  if (!taken.ok()) return status::ToGrpc(taken.status());
  response->mutable_entry()->set_member_id(request->member_id());
  response->mutable_entry()->set_entry_id(*taken);
  return grpc::Status::OK;
}

grpc::Status FakeMembers::GetMember(grpc::ServerContext*, const pb::GetMemberRequest* request,
                                    pb::GetMemberResponse* response) {
  const std::scoped_lock lock(mutex_);
  const auto member = all_.find(request->member_id());
  if (member == all_.end()) {
    return status::ToGrpc(
        status::Error(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND", "no such member"));
  }
  response->mutable_member()->set_member_id(request->member_id());
  base::SetTimestamp(member->second.join_time, response->mutable_member()->mutable_join_time());
  return grpc::Status::OK;
}

}  // namespace laurel::testing
