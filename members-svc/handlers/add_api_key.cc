#include "lib/status/error.h"
#include "members-svc/handlers/api_key.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/access_store.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kMaxLiveKeys = 2;

absl::Status Add(db::Tx& tx, const ClientId& client, const FreshKey& key, absl::Time now) {
  LAUREL_RETURN_IF_ERROR(LockApiClient(tx, client));
  LAUREL_ASSIGN_OR_RETURN(const int64_t live, CountLiveApiKeys(tx, client));
  if (live >= kMaxLiveKeys) {
    return status::Refused("TOO_MANY_KEYS",
                           "At most two keys of a client are live; revoke one first.");
  }
  return InsertApiKey(tx, client, key.id, key.hash, now);
}

}  // namespace

absl::Status AddApiKey(const Deps& deps, const server::Call& call,
                       const v1::AddApiKeyRequest& request, v1::AddApiKeyResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto client = base::DecodeId("cli", request.client_id());
  if (!client) return ApiClientNotFound();
  const absl::Time now = deps.clock.Now();
  const FreshKey key = MakeApiKey(deps.ids, now);
  const std::string key_id = base::EncodeId("key", key.id);
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx,
                             ScopeOf(call, request.program_id(), "AddApiKey", request.request_id()),
                             request, now, response, [&]() -> absl::Status {
                               LAUREL_RETURN_IF_ERROR(Add(tx, {program, *client}, key, now));
                               response->set_key_id(key_id);
                               return absl::OkStatus();
                             });
  }));
  // Not in what is kept under the request id: a repeated request is answered without the key.
  if (response->key_id() == key_id) response->set_api_key(key.text);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
