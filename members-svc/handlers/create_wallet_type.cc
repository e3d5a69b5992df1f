#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/program_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

// The numbers are dense: wallet types are never removed.
absl::Status Add(db::Tx& tx, const base::Uuid& program, const v1::WalletType& type) {
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const auto known, ListWalletTypeRows(tx, program));
  const WalletTypeRules added{.wallet_no = static_cast<int>(known.size()) + 1, .policy = type};
  for (const WalletTypeRules& other : known) {
    if (other.policy.code() == type.code()) {
      return status::Error(absl::StatusCode::kAlreadyExists, "WALLET_TYPE_EXISTS",
                           "The programme has a wallet type of this code.");
    }
  }
  if (added.wallet_no > kMaxWalletTypes) {
    return status::Refused("TOO_MANY_WALLET_TYPES", "A programme has at most 32 wallet types.");
  }
  return InsertWalletTypes(tx, program, {added}).status();
}

}  // namespace

absl::Status CreateWalletType(const Deps& deps, const server::Call& call,
                              const v1::CreateWalletTypeRequest& request,
                              v1::CreateWalletTypeResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::WalletType type = request.wallet_type();
  Normalise(&type);
  LAUREL_RETURN_IF_ERROR(ValidateWalletType(type, absl::ToCivilDay(now, absl::UTCTimeZone())));
  base::SetTimestamp(now, type.mutable_create_time());
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateWalletType", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(Add(tx, program, type));
          *response->mutable_wallet_type() = type;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
