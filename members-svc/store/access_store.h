// Rows of API clients and their keys. A key is known by its SHA-256 only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct ClientId {
  base::Uuid program_id;
  base::Uuid client_id;
};

absl::Status InsertApiClient(db::Tx& tx, const ClientId& id, std::string_view display_name,
                             absl::Time now);
// Until the transaction ends nobody else adds keys. NOT_FOUND, API_CLIENT_NOT_FOUND.
absl::Status LockApiClient(db::Tx& tx, const ClientId& id);
absl::StatusOr<int64_t> CountLiveApiKeys(db::Tx& tx, const ClientId& id);
// `hash`: SHA-256 of the key.
absl::Status InsertApiKey(db::Tx& tx, const ClientId& id, const base::Uuid& key_id,
                          std::string_view hash, absl::Time now);
// When it ended; a key that had ended keeps its time. NOT_FOUND, API_KEY_NOT_FOUND.
absl::StatusOr<absl::Time> RevokeApiKeyRow(db::Tx& tx, const ClientId& id, const base::Uuid& key_id,
                                           absl::Time now);
// Whose live key this is.
absl::StatusOr<std::optional<ClientId>> FindApiKey(db::Tx& tx, std::string_view hash);

absl::Status ApiClientNotFound();
absl::Status ApiKeyNotFound();

}  // namespace laurel::members
