#include "lib/auth/caller.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/member_store.h"

namespace laurel::members::handlers {
namespace {

// The one identifier that is asked for, hashed; its value empty counts as none.
std::optional<Identifier> IdentifierOf(const Deps& deps, const v1::FindMemberRequest& request) {
  const auto make = [&](IdentifierKind kind,
                        const std::string& value) -> std::optional<Identifier> {
    if (value.empty()) return std::nullopt;
    return Identifier{kind, IdentifierHash(deps.index, request.program_id(), kind, value)};
  };
  switch (request.identifier_case()) {
    case v1::FindMemberRequest::kExternalId:
      return make(IdentifierKind::kExternalId, request.external_id());
    case v1::FindMemberRequest::kEmail:
      return make(IdentifierKind::kEmail, request.email());
    case v1::FindMemberRequest::kPhone:
      return make(IdentifierKind::kPhone, request.phone());
    case v1::FindMemberRequest::kCardNumber:
      return make(IdentifierKind::kCard, request.card_number());
    default:
      return std::nullopt;
  }
}

absl::StatusOr<base::Uuid> OwnerOf(db::Tx& tx, const base::Uuid& program,
                                   const Identifier& identifier) {
  LAUREL_ASSIGN_OR_RETURN(const Owners owners, FindOwners(tx, program, {identifier}));
  if (owners.empty()) return auth::MemberNotFound();
  return owners.begin()->second;
}

}  // namespace

absl::Status FindMember(const Deps& deps, const server::Call& call,
                        const v1::FindMemberRequest& request, v1::FindMemberResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto identifier = IdentifierOf(deps, request);
  const auto id = base::DecodeId("mem", request.member_id());
  if (!identifier && request.member_id().empty()) {
    return status::Error(absl::StatusCode::kInvalidArgument, "IDENTIFIER_REQUIRED",
                         "Exactly one identifier is needed.");
  }
  if (!identifier && !id) return auth::MemberNotFound();
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    base::Uuid owner = id.value_or(base::Uuid{});
    if (identifier) {
      LAUREL_ASSIGN_OR_RETURN(owner, OwnerOf(tx, program, *identifier));
    }
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_member(),
                            GetMemberRow(tx, deps.keys, program, owner));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
