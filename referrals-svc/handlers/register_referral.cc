#include "lib/base/bucket.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "referrals-svc/domain/code.h"
#include "referrals-svc/domain/referral.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/codes.h"
#include "referrals-svc/store/programs.h"
#include "referrals-svc/store/referrals.h"

namespace laurel::referrals::handlers {
namespace {

struct Command {
  base::Uuid program_id;
  base::Uuid referee_id;
  std::string code;
  absl::Time join_time;
};

absl::StatusOr<OpenReferral> Register(const Deps& deps, db::Tx& tx, const Command& command) {
  LAUREL_ASSIGN_OR_RETURN(const store::CodeOwner owner,
                          store::FindCodeOwner(tx, command.program_id, command.code));
  LAUREL_ASSIGN_OR_RETURN(const v1::ReferralProgram program,
                          store::GetProgram(tx, owner.program_id, owner.referral_program_id));
  LAUREL_RETURN_IF_ERROR(store::LockGraph(tx, command.program_id));
  Registration registration{.referrer_id = owner.member_id,
                            .referee_id = command.referee_id,
                            .join_time = command.join_time,
                            .registration_days = program.registration_days()};
  LAUREL_ASSIGN_OR_RETURN(registration.already_referred, store::IsReferred(tx, command.referee_id));
  LAUREL_ASSIGN_OR_RETURN(registration.referee_is_ancestor,
                          store::IsAncestor(tx, command.referee_id, owner.member_id));
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(CheckRegistration(registration, now));
  const OpenReferral referral{.bucket = base::BucketOf(command.referee_id),
                              .referee_id = command.referee_id,
                              .referral_id = deps.ids.Next(now),
                              .program_id = command.program_id,
                              .referral_program_id = owner.referral_program_id,
                              .referrer_id = owner.member_id,
                              .create_time = now};
  LAUREL_RETURN_IF_ERROR(store::InsertReferral(tx, referral));
  return referral;
}

}  // namespace

absl::Status RegisterReferral(const Deps& deps, const server::Call& call,
                              const v1::RegisterReferralRequest& request,
                              v1::RegisterReferralResponse* response) {
  const auto code = NormaliseCode(request.code());
  if (!code) return store::CodeNotFound();
  LAUREL_ASSIGN_OR_RETURN(const absl::Time join_time,
                          JoinTimeOf(deps, call, request.program_id(), request.member_id()));
  const Command command{.program_id = *base::DecodeId("prg", request.program_id()),
                        .referee_id = *base::DecodeId("mem", request.member_id()),
                        .code = *code,
                        .join_time = join_time};
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = call.method,
                                 .owner_id = request.member_id(),
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, deps.clock.Now(), response, [&]() -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const OpenReferral referral, Register(deps, tx, command));
      LAUREL_ASSIGN_OR_RETURN(*response->mutable_referral(),
                              store::GetReferral(tx, referral.program_id, referral.referral_id));
      return absl::OkStatus();
    });
  });
}

}  // namespace laurel::referrals::handlers
