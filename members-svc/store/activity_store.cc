#include "members-svc/store/activity_store.h"

#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

template <typename T>
absl::StatusOr<std::vector<T>> ParseAll(const db::Rows& rows) {
  std::vector<T> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!out[i].ParseFromString(rows[i].Bytes(0))) {
      return absl::InternalError("a stored activity type or place does not parse");
    }
  }
  return out;
}

template <typename T>
absl::flat_hash_map<std::string, T> ByCode(std::vector<T> all) {
  absl::flat_hash_map<std::string, T> out;
  for (T& one : all) {
    std::string code = one.code();
    out[std::move(code)] = std::move(one);
  }
  return out;
}

std::string ArrayOfCodes(const std::vector<std::string>& codes) {
  return db::ArrayOf(codes, [](const std::string& code) { return std::string_view(code); });
}

std::string ContentOf(const v1::Place& place) {
  v1::Place kept = place;
  kept.clear_qr_code();
  return kept.SerializeAsString();
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<std::string, v1::ActivityType>> FindActivityTypeRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<std::string>& codes) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_activity_types", program_id, ArrayOfCodes(codes)));
  LAUREL_ASSIGN_OR_RETURN(auto types, ParseAll<v1::ActivityType>(rows));
  return ByCode(std::move(types));
}

absl::StatusOr<v1::ActivityType> GetActivityTypeRow(db::Tx& tx, const base::Uuid& program_id,
                                                    const std::string& code) {
  LAUREL_ASSIGN_OR_RETURN(auto types, FindActivityTypeRows(tx, program_id, {code}));
  if (types.empty()) return ActivityTypeNotFound();
  return std::move(types.begin()->second);
}

absl::Status ActivityTypeNotFound() {
  return status::NotFound("ACTIVITY_TYPE_NOT_FOUND", "There is no such activity type.");
}

absl::StatusOr<std::vector<v1::ActivityType>> ListActivityTypeRows(db::Tx& tx,
                                                                   const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_activity_types", program_id));
  return ParseAll<v1::ActivityType>(rows);
}

absl::Status StoreActivityType(db::Tx& tx, const base::Uuid& program_id,
                               const v1::ActivityType& type, std::string_view principal) {
  const std::string content = type.SerializeAsString();
  auto written = type.version() == 1 ? tx.Query("insert_activity_type", program_id, type.code(),
                                                type.sensitive(), db::Bytes{content})
                                     : tx.Query("update_activity_type", program_id, type.code(),
                                                type.version(), db::Bytes{content});
  LAUREL_RETURN_IF_ERROR(written.status());
  if (written->affected() != 1) return db::Conflict("the activity type has a newer version");
  return tx
      .Query("insert_activity_type_version", program_id, type.code(), type.version(),
             db::Bytes{content}, principal, base::FromTimestamp(type.update_time()))
      .status();
}

absl::StatusOr<absl::flat_hash_map<std::string, v1::Place>> FindPlaceRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<std::string>& codes) {
  if (codes.empty()) return absl::flat_hash_map<std::string, v1::Place>();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_places", program_id, ArrayOfCodes(codes)));
  LAUREL_ASSIGN_OR_RETURN(auto places, ParseAll<v1::Place>(rows));
  return ByCode(std::move(places));
}

absl::StatusOr<v1::Place> LockPlaceRow(db::Tx& tx, const base::Uuid& program_id,
                                       const std::string& code) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("lock_place", program_id, code));
  LAUREL_ASSIGN_OR_RETURN(auto places, ParseAll<v1::Place>(rows));
  if (places.empty()) return PlaceNotFound();
  return std::move(places.front());
}

absl::Status PlaceNotFound() {
  return status::NotFound("PLACE_NOT_FOUND", "There is no such place.");
}

absl::StatusOr<std::vector<v1::Place>> ListPlaceRows(db::Tx& tx, const base::Uuid& program_id,
                                                     std::string_view after, int64_t most) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_places", program_id, after, most));
  return ParseAll<v1::Place>(rows);
}

absl::Status InsertPlaceRow(db::Tx& tx, const base::Uuid& program_id, const v1::Place& place) {
  const std::string content = ContentOf(place);
  return tx.Query("insert_place", program_id, place.code(), db::Bytes{content}).status();
}

absl::Status UpdatePlaceRow(db::Tx& tx, const base::Uuid& program_id, const v1::Place& place) {
  const std::string content = ContentOf(place);
  return tx.Query("update_place", program_id, place.code(), place.qr_version(), db::Bytes{content})
      .status();
}

}  // namespace laurel::members
