#include "lib/auth/caller.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "lib/base/strings.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::auth {

namespace pb = laurel::api::v1;

namespace {

// 0: no staff role; a higher rank includes the lower ones.
int StaffRank(Role role) {
  switch (role) {
    case pb::ROLE_VIEWER:
      return 1;
    case pb::ROLE_AGENT:
      return 2;
    case pb::ROLE_MANAGER:
      return 3;
    case pb::ROLE_ADMIN:
      return 4;
    default:
      return 0;
  }
}

bool Includes(Role held, Role wanted) {
  const int rank = StaffRank(wanted);
  return held == wanted || (rank > 0 && StaffRank(held) >= rank);
}

}  // namespace

bool Caller::HasRole(Role role) const {
  return role != pb::ROLE_UNSPECIFIED &&
         std::any_of(roles.begin(), roles.end(), [&](Role held) { return Includes(held, role); });
}

bool Caller::HasAnyRole(const std::vector<Role>& wanted) const {
  return std::any_of(wanted.begin(), wanted.end(), [&](Role role) { return HasRole(role); });
}

bool Caller::HasScope(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

bool Caller::SteppedUp(absl::Time now, absl::Duration max_age) const {
  return step_up_time && *step_up_time <= now && now - *step_up_time <= max_age;
}

bool Caller::IsMember() const {
  if (kind == pb::CALLER_KIND_MEMBER) return true;
  return !roles.empty() &&
         std::all_of(roles.begin(), roles.end(), [](Role role) { return role == pb::ROLE_MEMBER; });
}

std::string Caller::Principal() const {
  switch (kind) {
    case pb::CALLER_KIND_MEMBER:
      return "member:" + subject;
    case pb::CALLER_KIND_STAFF:
      return "staff:" + subject;
    case pb::CALLER_KIND_CLIENT:
      return "client:" + subject;
    default:
      return "peer:" + subject;
  }
}

pb::Caller ToProto(const Caller& caller) {
  pb::Caller out;
  out.set_program_id(caller.program_id);
  out.set_kind(caller.kind);
  out.set_subject(caller.subject);
  for (const Role role : caller.roles) out.add_roles(role);
  for (const std::string& scope : caller.scopes) out.add_scopes(scope);
  if (caller.step_up_time) base::SetTimestamp(*caller.step_up_time, out.mutable_step_up_time());
  return out;
}

Caller FromProto(const pb::Caller& caller) {
  Caller out;
  out.program_id = caller.program_id();
  out.kind = caller.kind();
  out.subject = caller.subject();
  out.roles.reserve(static_cast<size_t>(caller.roles_size()));
  for (const int role : caller.roles()) out.roles.push_back(static_cast<Role>(role));
  out.scopes.assign(caller.scopes().begin(), caller.scopes().end());
  if (caller.has_step_up_time()) out.step_up_time = base::FromTimestamp(caller.step_up_time());
  return out;
}

std::string Encode(const Caller& caller) {
  std::string out;
  absl::WebSafeBase64Escape(ToProto(caller).SerializeAsString(), &out);
  return out;
}

std::optional<Caller> Decode(std::string_view value) {
  std::string bytes;
  pb::Caller caller;
  if (!absl::WebSafeBase64Unescape(base::ToAbsl(value), &bytes)) return std::nullopt;
  if (value.ends_with('=') || !caller.ParseFromString(bytes)) return std::nullopt;
  if (caller.kind() == pb::CALLER_KIND_UNSPECIFIED || !pb::CallerKind_IsValid(caller.kind())) {
    return std::nullopt;
  }
  return FromProto(caller);
}

absl::Status CheckOwner(const Caller& caller, std::string_view member_id, std::string_view reason,
                        std::string_view message) {
  if (!caller.IsMember() || (!member_id.empty() && caller.subject == member_id)) {
    return absl::OkStatus();
  }
  return status::NotFound(reason, message);
}

absl::Status MemberNotFound() {
  return status::NotFound("MEMBER_NOT_FOUND", "There is no such member.");
}

absl::Status ProgramNotFound() {
  return status::NotFound("PROGRAM_NOT_FOUND", "There is no such programme.");
}

}  // namespace laurel::auth
