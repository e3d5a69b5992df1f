// What of a member is sealed, and how: bound to programme, member, column and version, so that a
// sealed text serves nowhere else.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "laurel/members/v1/member.pb.h"
#include "lib/crypto/personal.h"

namespace laurel::members {

struct SealedProfile {
  std::string wrapped_key;
  std::string sealed;
};

// Seals profile and card_number of a new member under a new key. `program_id` is "prg_…"; the
// member's id must be set.
absl::StatusOr<SealedProfile> SealProfile(const crypto::KeyRing& keys, std::string_view program_id,
                                          const v1::Member& member, int64_t version);
// Puts them back into `member`, whose id must be set. DATA_LOSS when they do not belong together.
absl::Status OpenProfile(const crypto::KeyRing& keys, std::string_view program_id,
                         const SealedProfile& sealed, int64_t version, v1::Member* member);

}  // namespace laurel::members
