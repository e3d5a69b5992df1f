// Rows of members and the directory of what they are found by. Personal data leave and enter the
// database sealed under the member's own key.
#pragma once

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/deps.h"
#include "members-svc/domain/identifiers.h"

namespace laurel::members {

// Whose identifiers these are, by hash; those that are nobody's are absent.
using Owners = absl::flat_hash_map<std::string, base::Uuid>;
absl::StatusOr<Owners> FindOwners(db::Tx& tx, const base::Uuid& program_id,
                                  const std::vector<Identifier>& identifiers);

// The members with these ids, by id; absent where there is none in this programme.
absl::StatusOr<absl::flat_hash_map<base::Uuid, v1::Member>> FindMembers(
    db::Tx& tx, const crypto::KeyRing& keys, const base::Uuid& program_id,
    const std::vector<base::Uuid>& ids);
// NOT_FOUND, MEMBER_NOT_FOUND.
absl::StatusOr<v1::Member> GetMemberRow(db::Tx& tx, const crypto::KeyRing& keys,
                                        const base::Uuid& program_id, const base::Uuid& id);

// A member about to be stored. `member` is the answer: id, times, state and etag are set.
struct NewMember {
  base::Uuid id;
  v1::Member member;
  std::vector<Identifier> identifiers;
};
// Stores new members of version 1 and claims their identifiers, which must be free: kAborted when
// one was taken meanwhile. Unmatched orders that name one of them are looked at again.
absl::Status InsertMembers(db::Tx& tx, const crypto::KeyRing& keys, const base::Uuid& program_id,
                           const std::vector<NewMember>& members, absl::Time now);

// The etag of a version.
std::string EtagOf(int64_t version);

}  // namespace laurel::members
