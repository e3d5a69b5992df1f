// Which certificate may be whom. The peers file is JSON: certificate name →
// {"kind": "gateway"|"service"|"operator", "program_id": "" or an id, "roles": ["admin", …]}.
// A gateway may speak for others by the entry `laurel-caller`; anyone else who sends it is refused.
#pragma once

#include <grpcpp/server_context.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/auth/caller.h"

namespace laurel::auth {

// One entry: the caller that a peer is when it acts as itself.
struct Peer {
  bool gateway = false;
  // kind PEER, subject the certificate's name; the role of its kind (ROLE_GATEWAY, ROLE_SERVICE or
  // ROLE_OPERATOR) comes first, the listed ones follow.
  Caller self;
};

class Peers {
 public:
  // Names every malformed entry; an unknown key, kind or role is malformed.
  static absl::StatusOr<Peers> Parse(std::string_view json);
  static absl::StatusOr<Peers> Load(const std::string& path);

  // Null: no such peer.
  const Peer* Find(std::string_view certificate_name) const;

 private:
  std::map<std::string, Peer, std::less<>> peers_;
};

struct Identity {
  // The certificate's name.
  std::string peer;
  Caller caller;
};

// Who is behind a call whose peer's certificate names are `names` (the common name first) and whose
// metadata has these values of laurel-caller. UNAUTHENTICATED, PEER_UNKNOWN when no name is in the
// file; PERMISSION_DENIED, CALLER_NOT_TRUSTED when a peer that is no gateway speaks for another;
// UNAUTHENTICATED, CALLER_MALFORMED when a gateway's entry cannot be read, stands twice, or claims
// to be a peer.
absl::StatusOr<Identity> Identify(const Peers& peers, const std::vector<std::string>& names,
                                  const std::vector<std::string>& caller_entries);
// The same from a live call.
absl::StatusOr<Identity> Identify(const Peers& peers, const grpc::ServerContextBase& context);

// The role by its name in any case, with or without ROLE_ ("admin", "ROLE_ADMIN"); empty: no role.
std::optional<Role> RoleOf(std::string_view name);

}  // namespace laurel::auth
