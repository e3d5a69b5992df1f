// Rows of consents. At most one of a member and activity type holds at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/activity.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

using ConsentKey = std::pair<base::Uuid, std::string>;  // member, code of the activity type

// Whether it holds.
inline bool Holds(const v1::Consent& consent) { return !consent.has_withdraw_time(); }

// FAILED_PRECONDITION, CONSENT_REQUIRED.
absl::Status ConsentRequired();
// The newest one of each, whether or not it holds; absent where there never was one.
absl::StatusOr<absl::flat_hash_map<ConsentKey, v1::Consent>> FindConsents(
    db::Tx& tx, const std::vector<ConsentKey>& keys);
// Of a member, newest first, so many at most.
absl::StatusOr<std::vector<v1::Consent>> ListConsentRows(db::Tx& tx, const base::Uuid& member_id,
                                                         int64_t most);
// Stores one that holds; kAlreadyExists when another does.
absl::Status InsertConsent(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id,
                           const v1::Consent& consent);
// Ends the one that holds. FAILED_PRECONDITION, NO_CONSENT when none does.
absl::StatusOr<v1::Consent> WithdrawConsentRow(db::Tx& tx, const ConsentKey& key, absl::Time now,
                                               const std::string& actor);

}  // namespace laurel::members
