#include "lib/auth/caller.h"
#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/access_store.h"

namespace laurel::members::handlers {

absl::Status VerifyApiKey(const Deps& deps, const server::Call& call,
                          const v1::VerifyApiKeyRequest& request,
                          v1::VerifyApiKeyResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const auto client, db::ReadFor<std::optional<ClientId>>(
                                                 deps.pool, call.deadline, [&](db::Tx& tx) {
                                                   return FindApiKey(tx, request.api_key_sha256());
                                                 }));
  if (!client) {
    return status::Error(absl::StatusCode::kUnauthenticated, "API_KEY_INVALID",
                         "The API key is unknown or has ended.");
  }
  const auth::Caller caller{.program_id = base::EncodeId("prg", client->program_id),
                            .kind = laurel::api::v1::CALLER_KIND_CLIENT,
                            .subject = base::EncodeId("cli", client->client_id),
                            .roles = {laurel::api::v1::ROLE_CLIENT},
                            .scopes = {},
                            .step_up_time = std::nullopt};
  *response->mutable_caller() = auth::ToProto(caller);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
