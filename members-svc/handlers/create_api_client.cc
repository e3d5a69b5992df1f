#include "lib/status/error.h"
#include "members-svc/handlers/api_key.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/access_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

absl::Status CreateApiClient(const Deps& deps, const server::Call& call,
                             const v1::CreateApiClientRequest& request,
                             v1::CreateApiClientResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  const ClientId client{.program_id = program, .client_id = deps.ids.Next(now)};
  const FreshKey key = MakeApiKey(deps.ids, now);
  const std::string key_id = base::EncodeId("key", key.id);
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateApiClient", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program).status());
          LAUREL_RETURN_IF_ERROR(InsertApiClient(tx, client, request.display_name(), now));
          LAUREL_RETURN_IF_ERROR(InsertApiKey(tx, client, key.id, key.hash, now));
          response->set_client_id(base::EncodeId("cli", client.client_id));
          response->set_key_id(key_id);
          return absl::OkStatus();
        });
  }));
  // Not in what is kept under the request id: a repeated request is answered without the key.
  if (response->key_id() == key_id) response->set_api_key(key.text);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
