// Who calls, and what the caller may do. A Caller is believed only where auth::Identify made it
// from a verified certificate (lib/auth/peers.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/api/v1/caller.pb.h"

namespace laurel::auth {

using Role = laurel::api::v1::Role;
using CallerKind = laurel::api::v1::CallerKind;

// The metadata entry that carries a Caller from the gateway.
inline constexpr char kCallerMetadata[] = "laurel-caller";

struct Caller {
  // `prg_…`; empty: a peer that serves all programmes.
  std::string program_id = {};
  CallerKind kind = laurel::api::v1::CALLER_KIND_UNSPECIFIED;
  // `mem_…`, a staff member's id, `cli_…`, or the name in a peer's certificate.
  std::string subject = {};
  std::vector<Role> roles = {};
  std::vector<std::string> scopes = {};
  // When a second factor was last proved.
  std::optional<absl::Time> step_up_time = {};

  // ADMIN includes MANAGER includes AGENT includes VIEWER; nothing else is implied.
  bool HasRole(Role role) const;
  bool HasAnyRole(const std::vector<Role>& wanted) const;
  bool HasScope(std::string_view scope) const;
  // A second factor was proved not longer than `max_age` before `now`.
  bool SteppedUp(absl::Time now, absl::Duration max_age) const;
  // Speaks for one member only: a signed-in member, or one whose only role is ROLE_MEMBER.
  bool IsMember() const;
  // The principal of an idempotency key: "member:mem_…", "staff:…", "client:cli_…", "peer:rewards".
  std::string Principal() const;
};

laurel::api::v1::Caller ToProto(const Caller& caller);
Caller FromProto(const laurel::api::v1::Caller& caller);

// The value of the metadata entry: base64url of the message, no padding.
std::string Encode(const Caller& caller);
// Empty unless `value` is exactly such a text of a Caller with a kind.
std::optional<Caller> Decode(std::string_view value);

// OK unless the caller speaks for one member only and that is another: then NOT_FOUND with the
// reason and message that an unknown object has, so that nobody learns that it exists. For methods
// with owner_in_handler.
absl::Status CheckOwner(const Caller& caller, std::string_view member_id, std::string_view reason,
                        std::string_view message);

// The answers for a member and a programme that are not there. The wrapper gives the same bytes for
// those that are not the caller's, so handlers must use these, too. NOT_FOUND, MEMBER_NOT_FOUND and
// NOT_FOUND, PROGRAM_NOT_FOUND.
absl::Status MemberNotFound();
absl::Status ProgramNotFound();

}  // namespace laurel::auth
