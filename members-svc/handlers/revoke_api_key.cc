#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/access_store.h"

namespace laurel::members::handlers {

absl::Status RevokeApiKey(const Deps& deps, const server::Call& call,
                          const v1::RevokeApiKeyRequest& request,
                          v1::RevokeApiKeyResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto client = base::DecodeId("cli", request.client_id());
  const auto key = base::DecodeId("key", request.key_id());
  if (!client || !key) return ApiKeyNotFound();
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "RevokeApiKey", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(const absl::Time revoked,
                                  RevokeApiKeyRow(tx, {program, *client}, *key, now));
          base::SetTimestamp(revoked, response->mutable_revoke_time());
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
