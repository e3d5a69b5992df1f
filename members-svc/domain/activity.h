// What activity types must be to be saved, what activities of them must be to be recorded, and what
// the QR codes of places say. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/activity_type.pb.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/status/error.h"

namespace laurel::members {

inline constexpr int kMaxActivityTypes = 200;  // of a programme

// Clears what is the server's.
void Normalise(v1::ActivityType* type);
void Normalise(v1::Place* place);

// INVALID_ARGUMENT, ACTIVITY_TYPE_INVALID with the path of everything that is wrong: no code; an
// attribute's name twice; bounds of what is no integer, or the wrong way round; values of what is
// no enum, an enum without values, with an empty one or with one twice; an unknown type or period.
// Against `previous`, which the new version replaces (null: there is none): another `sensitive`.
absl::Status ValidateActivityType(const v1::ActivityType& type, const v1::ActivityType* previous);
// INVALID_ARGUMENT, INVALID_REQUEST: a place without a code.
absl::Status ValidatePlace(const v1::Place& place);

using ActivityAttributes = absl::flat_hash_map<std::string, std::string>;

// The attributes of an activity in the one spelling that each value has (`+7` and `007` are `7`).
// INVALID_ARGUMENT, ACTIVITY_INVALID with the path of everything that is wrong
// (`attributes.score`): what the type does not know, what it requires and is missing, what is not
// of its type or beyond its bounds.
absl::StatusOr<ActivityAttributes> CheckAttributes(
    const v1::ActivityType& type, const google::protobuf::Map<std::string, std::string>& given);

// Adds what is wrong with the values that a campaign asks of an activity's attributes, each with
// its path (`path`.score): a name that the type does not know, what is no value of it or has
// another spelling than it is kept in, and any at all of a sensitive type, whose attributes
// campaigns do not see. It would never apply.
void CheckAskedAttributes(const v1::ActivityType& type,
                          const google::protobuf::Map<std::string, std::string>& asked,
                          const std::string& path, std::vector<status::Violation>* out);

// Under which the counters of campaigns count activities of a type: no campaign has this id.
base::Uuid ActivityCounterId(const base::Uuid& program_id, std::string_view activity_type);

// What the QR code of a place says: its code, and a mac over it and `qr_version` that nobody makes
// without the key. `program_id` is "prg_…".
std::string QrCodeOf(const crypto::BlindIndex& index, std::string_view program_id,
                     const v1::Place& place);
// The code of the place that a QR code names, whether or not it is a good one; empty: it is none of
// ours.
std::optional<std::string> PlaceOfQrCode(std::string_view qr_code);
// Whether it is the place's own, of its newest version.
bool IsQrCodeOf(const crypto::BlindIndex& index, std::string_view program_id,
                const v1::Place& place, std::string_view qr_code);

}  // namespace laurel::members
