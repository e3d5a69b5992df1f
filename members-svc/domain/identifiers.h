// What a member can be found by. Each is unique in its programme; the directory holds a keyed hash
// of its normalised value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "laurel/members/v1/member.pb.h"
#include "lib/crypto/personal.h"

namespace laurel::members {

// The column `kind` of member_directory.
enum class IdentifierKind : int { kExternalId = 1, kEmail = 2, kPhone = 3, kCard = 4 };

// "external_id", "email", "phone", "card": what errors and hashes call it.
std::string_view NameOf(IdentifierKind kind);

// E-mail addresses in lower case, card numbers in upper case without hyphens; blanks around all of
// them but the external id go.
std::string Normalise(IdentifierKind kind, std::string_view value);

// The key_hash of a value as given; `program_id` is "prg_…".
std::string IdentifierHash(const crypto::BlindIndex& index, std::string_view program_id,
                           IdentifierKind kind, std::string_view value);

struct Identifier {
  IdentifierKind kind = IdentifierKind::kExternalId;
  std::string hash;
};
// Those that the request gives, in the order of their kinds.
std::vector<Identifier> IdentifiersOf(const crypto::BlindIndex& index, std::string_view program_id,
                                      const v1::EnrolMemberRequest& request);

}  // namespace laurel::members
