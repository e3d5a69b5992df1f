#include "lib/auth/caller.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/attribute_store.h"
#include "members-svc/store/member_store.h"

namespace laurel::members::handlers {

absl::Status GetMember(const Deps& deps, const server::Call& call,
                       const v1::GetMemberRequest& request, v1::GetMemberResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto member = base::DecodeId("mem", request.member_id());
  if (!member) return auth::MemberNotFound();
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_member(),
                            GetMemberRow(tx, deps.keys, program, *member));
    LAUREL_ASSIGN_OR_RETURN(const MemberAttributes attributes,
                            ReadAttributes(tx, program, *member));
    response->mutable_member()->mutable_attributes()->insert(attributes.values.begin(),
                                                             attributes.values.end());
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
