// Referrals as rows.
#pragma once

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/referrals/v1/referral.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "referrals-svc/domain/referral.h"

namespace laurel::referrals::store {

// Lets the registrations of a programme take turns until the transaction ends.
absl::Status LockGraph(db::Tx& tx, const base::Uuid& program_id);
absl::StatusOr<bool> IsReferred(db::Tx& tx, const base::Uuid& member_id);
// Whether `ancestor` referred `member_id`, at any distance.
absl::StatusOr<bool> IsAncestor(db::Tx& tx, const base::Uuid& ancestor,
                                const base::Uuid& member_id);
absl::Status InsertReferral(db::Tx& tx, const OpenReferral& referral);

// NOT_FOUND, REFERRAL_NOT_FOUND.
absl::StatusOr<v1::Referral> GetReferral(db::Tx& tx, const base::Uuid& program_id,
                                         const base::Uuid& referral_id);
// Those that a member made, below the id `before`, newest first.
struct ReferralsOf {
  base::Uuid program_id;
  base::Uuid referrer_id;
  base::Uuid before;
  int64_t limit = 0;
};
absl::StatusOr<std::vector<v1::Referral>> ListReferrals(db::Tx& tx, const ReferralsOf& filter);

// The open referrals of these referees (bucket, member), locked until the transaction ends.
absl::StatusOr<std::vector<OpenReferral>> LockOpenReferrals(
    db::Tx& tx, const std::vector<std::pair<int, base::Uuid>>& referees);

struct Qualified {
  OpenReferral referral;
  base::Uuid order_id;
  absl::Time qualify_time;
};
// kAborted unless all of them were still open.
absl::Status Qualify(db::Tx& tx, const std::vector<Qualified>& qualified);

absl::Status ReferralNotFound();

}  // namespace laurel::referrals::store
