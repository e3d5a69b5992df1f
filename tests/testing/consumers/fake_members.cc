#include "tests/testing/consumers/fake_members.h"

#include "lib/base/timestamps.h"
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

absl::Status FakeMembers::Earn(const pb::EarnPointsRequest& request) {
  const std::string content = request.SerializeAsString();
  const auto known = by_request_id_.find(request.request_id());
  if (known != by_request_id_.end()) {
    if (known->second == content) return absl::OkStatus();
    return status::Error(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED", "other content");
  }
  const auto member = all_.find(request.member_id());
  if (member == all_.end())
    return status::Error(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND", "no such member");
  if (member->second.blocked)
    return status::Error(absl::StatusCode::kFailedPrecondition, "MEMBER_BLOCKED", "blocked");
  by_request_id_[request.request_id()] = content;
  member->second.balance += request.amount();
  member->second.entries += 1;
  return absl::OkStatus();
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
    const absl::Status earned = Earn(post.earn());
    pb::PointsPostResult& result = *response->add_results();
    if (earned.ok()) {
      result.mutable_entry()->set_member_id(post.earn().member_id());
    } else {
      *result.mutable_error() = status::ToProto(earned);
    }
  }
  if (fate == Fate::kAnswerLost) return {grpc::StatusCode::UNAVAILABLE, "the answer is lost"};
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
