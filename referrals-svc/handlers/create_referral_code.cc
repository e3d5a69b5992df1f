#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "referrals-svc/domain/code.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/codes.h"
#include "referrals-svc/store/programs.h"

namespace laurel::referrals::handlers {
namespace {

// So many codes taken in a row do not happen by chance.
constexpr int kTries = 8;

absl::StatusOr<std::string> MakeCode(const Deps& deps, db::Tx& tx, const store::CodeOwner& owner,
                                     absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const auto known, store::FindCodeOf(tx, owner));
  if (known) return *known;
  for (int i = 0; i < kTries; ++i) {
    const auto code = CodeFrom(deps.ids.RandomBytes(kCodeEntropyBytes));
    if (!code) continue;
    LAUREL_ASSIGN_OR_RETURN(const bool claimed, store::ClaimCode(tx, owner, *code, now));
    if (claimed) return *code;
  }
  return absl::InternalError("no free referral code found");
}

}  // namespace

absl::Status CreateReferralCode(const Deps& deps, const server::Call& call,
                                const v1::CreateReferralCodeRequest& request,
                                v1::CreateReferralCodeResponse* response) {
  const store::CodeOwner owner{
      .program_id = *base::DecodeId("prg", request.program_id()),
      .referral_program_id = *base::DecodeId("rfp", request.referral_program_id()),
      .member_id = *base::DecodeId("mem", request.member_id())};
  std::optional<std::string> known;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(
        store::GetProgram(tx, owner.program_id, owner.referral_program_id).status());
    LAUREL_ASSIGN_OR_RETURN(known, store::FindCodeOf(tx, owner));
    return absl::OkStatus();
  }));
  // Only a member who has no code yet has to be looked up.
  if (!known) {
    LAUREL_RETURN_IF_ERROR(
        JoinTimeOf(deps, call, request.program_id(), request.member_id()).status());
  }
  const absl::Time now = deps.clock.Now();
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = call.method,
                                 .owner_id = request.member_id(),
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, now, response, [&]() -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const std::string code, MakeCode(deps, tx, owner, now));
      v1::ReferralCode& out = *response->mutable_referral_code();
      out.set_code(code);
      out.set_member_id(request.member_id());
      out.set_referral_program_id(request.referral_program_id());
      return absl::OkStatus();
    });
  });
}

}  // namespace laurel::referrals::handlers
