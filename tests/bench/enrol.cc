#include "tests/bench/enrol.h"

#include <grpcpp/client_context.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

void Deadline(grpc::ClientContext& context) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> EnrolMembers(const std::shared_ptr<grpc::Channel>& channel,
                                                      const std::string& program_id, int members) {
  auto stub = pb::MemberService::NewStub(channel);
  auto wallets = pb::WalletService::NewStub(channel);
  std::vector<std::string> ids;
  for (int first = 0; first < members; first += 250) {
    pb::BatchEnrolMembersRequest request;
    request.set_program_id(program_id);
    for (int i = first; i < std::min(members, first + 250); ++i) {
      auto* item = request.add_requests();
      item->set_external_id("bench-" + std::to_string(i));
      item->set_request_id("bench-enrol-" + std::to_string(i));
    }
    pb::BatchEnrolMembersResponse response;
    grpc::ClientContext context;
    Deadline(context);
    LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub->BatchEnrolMembers(&context, request, &response)));
    pb::BatchPostPointsRequest posts;
    posts.set_program_id(program_id);
    for (const auto& result : response.results()) {
      if (!result.has_member()) return status::FromProto(result.error());
      ids.push_back(result.member().member_id());
      auto* earn = posts.add_posts()->mutable_earn();
      earn->set_member_id(ids.back());
      earn->set_request_id("bench-start-" + ids.back());
      earn->set_amount(1000000);
    }
    pb::BatchPostPointsResponse posted;
    grpc::ClientContext post_context;
    Deadline(post_context);
    LAUREL_RETURN_IF_ERROR(
        status::FromGrpc(wallets->BatchPostPoints(&post_context, posts, &posted)));
  }
  return ids;
}

}  // namespace laurel::bench
