// Who may sign tokens, for which programme and as what: the issuers file, a JSON list of
//   {"issuer", "audience", "jwks_file" or "jwks_url", "program_id", "kind": "member"|"staff",
//    "member_claim": "sub", "member_claim_is": "external_id"|"member_id", "roles_claim": "roles"}
// An issuer without program_id serves all programmes: its tokens name theirs in the claim
// `program_id`. Unknown keys, a URL that is not https and an issuer given twice are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::gateway {

struct Issuer {
  enum class Kind { kMember, kStaff };

  std::string issuer;
  std::string audience;
  std::string jwks_file;
  std::string jwks_url;
  std::string program_id;
  Kind kind = Kind::kMember;
  std::string member_claim = "sub";
  bool member_claim_is_external_id = true;
  std::string roles_claim = "roles";
};

// INVALID_ARGUMENT, ISSUERS_INVALID with the entry and what is wrong with it.
absl::StatusOr<std::vector<Issuer>> ParseIssuers(std::string_view json);

}  // namespace laurel::gateway
