// Referral programmes as rows.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/referrals/v1/referral.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::referrals::store {

absl::Status InsertProgram(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& id,
                           const v1::ReferralProgram& program);
// NOT_FOUND, REFERRAL_PROGRAM_NOT_FOUND.
absl::StatusOr<v1::ReferralProgram> GetProgram(db::Tx& tx, const base::Uuid& program_id,
                                               const base::Uuid& id);
// Those after `after`, oldest first.
absl::StatusOr<std::vector<v1::ReferralProgram>> ListPrograms(db::Tx& tx,
                                                              const base::Uuid& program_id,
                                                              const base::Uuid& after,
                                                              int64_t limit);
// Those with these ids (programme, referral programme).
absl::StatusOr<absl::flat_hash_map<base::Uuid, v1::ReferralProgram>> LoadPrograms(
    db::Tx& tx, const std::vector<std::pair<base::Uuid, base::Uuid>>& ids);

absl::Status ProgramNotFound();

}  // namespace laurel::referrals::store
