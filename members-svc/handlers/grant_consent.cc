#include <algorithm>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/consent_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

absl::StatusOr<v1::Consent> Grant(db::Tx& tx, const base::Uuid& program, const base::Uuid& member,
                                  const v1::GrantConsentRequest& request, absl::Time now,
                                  const std::string& actor) {
  LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
  LAUREL_ASSIGN_OR_RETURN(const v1::ActivityType type,
                          GetActivityTypeRow(tx, program, request.activity_type()));
  if (!type.sensitive()) {
    return status::Refused("CONSENT_NOT_NEEDED", "Activities of this type need no consent.");
  }
  LAUREL_ASSIGN_OR_RETURN(const auto known, FindConsents(tx, {{member, type.code()}}));
  v1::Consent consent;
  if (!known.empty()) {
    const v1::Consent& newest = known.begin()->second;
    if (Holds(newest)) return newest;
    // Each has a moment of its own, however fast the member changes their mind.
    now = std::max(now, base::FromTimestamp(newest.grant_time()) + absl::Microseconds(1));
  }
  consent.set_activity_type(type.code());
  consent.set_grant_actor(actor);
  consent.set_wording(request.wording());
  base::SetTimestamp(now, consent.mutable_grant_time());
  LAUREL_RETURN_IF_ERROR(InsertConsent(tx, program, member, consent));
  return consent;
}

}  // namespace

absl::Status GrantConsent(const Deps& deps, const server::Call& call,
                          const v1::GrantConsentRequest& request,
                          v1::GrantConsentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "GrantConsent", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(
              *response->mutable_consent(),
              Grant(tx, program, member, request, now, call.caller.Principal()));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
