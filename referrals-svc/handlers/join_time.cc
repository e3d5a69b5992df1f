#include "lib/base/timestamps.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "referrals-svc/handlers/handlers.h"

namespace laurel::referrals::handlers {

absl::StatusOr<absl::Time> JoinTimeOf(const Deps& deps, const server::Call& call,
                                      const std::string& program_id, const std::string& member_id) {
  members::v1::GetMemberRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  members::v1::GetMemberResponse response;
  const auto context = client::NewContext(call, absl::Seconds(5));
  LAUREL_RETURN_IF_ERROR(
      status::FromGrpc(deps.members.GetMember(context.get(), request, &response)));
  return base::FromTimestamp(response.member().join_time());
}

}  // namespace laurel::referrals::handlers
