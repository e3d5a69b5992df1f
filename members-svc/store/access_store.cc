#include "members-svc/store/access_store.h"

#include "lib/status/error.h"

namespace laurel::members {

absl::Status ApiClientNotFound() {
  return status::NotFound("API_CLIENT_NOT_FOUND", "There is no such API client.");
}

absl::Status ApiKeyNotFound() {
  return status::NotFound("API_KEY_NOT_FOUND", "There is no such key.");
}

absl::Status InsertApiClient(db::Tx& tx, const ClientId& id, std::string_view display_name,
                             absl::Time now) {
  return tx.Query("insert_api_client", id.program_id, id.client_id, display_name, now).status();
}

absl::Status LockApiClient(db::Tx& tx, const ClientId& id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("lock_api_client", id.program_id, id.client_id));
  return rows.empty() ? ApiClientNotFound() : absl::OkStatus();
}

absl::StatusOr<int64_t> CountLiveApiKeys(db::Tx& tx, const ClientId& id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("count_live_api_keys", id.program_id, id.client_id));
  return rows[0].Int(0);
}

absl::Status InsertApiKey(db::Tx& tx, const ClientId& id, const base::Uuid& key_id,
                          std::string_view hash, absl::Time now) {
  return tx.Query("insert_api_key", db::Bytes{hash}, id.program_id, id.client_id, key_id, now)
      .status();
}

absl::StatusOr<absl::Time> RevokeApiKeyRow(db::Tx& tx, const ClientId& id, const base::Uuid& key_id,
                                           absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("revoke_api_key", id.program_id, id.client_id, key_id, now));
  if (rows.empty()) return ApiKeyNotFound();
  return rows[0].Time(0);
}

absl::StatusOr<std::optional<ClientId>> FindApiKey(db::Tx& tx, std::string_view hash) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_api_key", db::Bytes{hash}));
  if (rows.empty()) return std::nullopt;
  return ClientId{.program_id = rows[0].Uuid(0), .client_id = rows[0].Uuid(1)};
}

}  // namespace laurel::members
