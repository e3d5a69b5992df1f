// Members' birthdays, month and day, for whoever has to know whether one is near. They stand in the
// sealed profiles; beside those lies a keyed hash, from which the day is found by comparing it with
// the hashes of all days of a year. Where there is none yet, the profile is opened and it is made.
#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct BirthdayKeys {
  const crypto::KeyRing& keys;
  const crypto::BlindIndex& index;
};

// Month × 100 + day, of those of `members` who have told it. `keep`: the hashes that were made are
// written; false: the transaction may be one that only reads.
absl::StatusOr<absl::flat_hash_map<base::Uuid, int>> ReadBirthdays(
    db::Tx& tx, const BirthdayKeys& keys, const base::Uuid& program_id,
    const std::vector<base::Uuid>& members, bool keep);

}  // namespace laurel::members
