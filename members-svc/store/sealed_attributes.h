// What is recorded of a sensitive activity, at rest: sealed under the member's own key and bound to
// programme, member and occurrence, so that a sealed text serves nowhere else. Destroying the
// member's key destroys it, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/activity.pb.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct MemberKey {
  base::Uuid program_id;
  base::Uuid member_id;
  std::string wrapped_key;
};

// Of members of a programme, by member; absent where there is no such member.
absl::StatusOr<absl::flat_hash_map<base::Uuid, MemberKey>> FindMemberKeys(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<base::Uuid>& members);

// Seals the attributes of an activity.
absl::StatusOr<std::string> SealAttributes(const crypto::KeyRing& keys, const MemberKey& member,
                                           const base::Uuid& occurrence_key,
                                           const v1::Activity& activity);
// Puts them back. DATA_LOSS when they do not belong together.
absl::Status OpenAttributes(const crypto::KeyRing& keys, const MemberKey& member,
                            const base::Uuid& occurrence_key, std::string_view sealed,
                            v1::Activity* activity);

}  // namespace laurel::members
