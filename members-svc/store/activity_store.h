// Rows of activity types and of places.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/activity_type.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

// Those of these codes, by code; absent where the programme has none.
absl::StatusOr<absl::flat_hash_map<std::string, v1::ActivityType>> FindActivityTypeRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<std::string>& codes);
// NOT_FOUND, ACTIVITY_TYPE_NOT_FOUND.
absl::StatusOr<v1::ActivityType> GetActivityTypeRow(db::Tx& tx, const base::Uuid& program_id,
                                                    const std::string& code);
absl::Status ActivityTypeNotFound();
// By code.
absl::StatusOr<std::vector<v1::ActivityType>> ListActivityTypeRows(db::Tx& tx,
                                                                   const base::Uuid& program_id);
// Stores a version as its message says: version 1 with a new type, a later one behind the version
// before. kAborted when another one has come meanwhile.
absl::Status StoreActivityType(db::Tx& tx, const base::Uuid& program_id,
                               const v1::ActivityType& type, std::string_view principal);

// Places stand there without their QR codes, which follow from what does.
absl::StatusOr<absl::flat_hash_map<std::string, v1::Place>> FindPlaceRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<std::string>& codes);
// Locked until the end of the transaction. NOT_FOUND, PLACE_NOT_FOUND.
absl::StatusOr<v1::Place> LockPlaceRow(db::Tx& tx, const base::Uuid& program_id,
                                       const std::string& code);
absl::Status PlaceNotFound();
// By code, after one, so many at most.
absl::StatusOr<std::vector<v1::Place>> ListPlaceRows(db::Tx& tx, const base::Uuid& program_id,
                                                     std::string_view after, int64_t most);
absl::Status InsertPlaceRow(db::Tx& tx, const base::Uuid& program_id, const v1::Place& place);
absl::Status UpdatePlaceRow(db::Tx& tx, const base::Uuid& program_id, const v1::Place& place);

}  // namespace laurel::members
