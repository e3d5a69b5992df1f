// What a challenge is, and what an event counts for it. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/gamification/v1/gamification.pb.h"

namespace laurel::gamification {

// The only wallet type whose points count for challenges and the leaderboard: currencies of
// different kinds cannot be added up.
inline constexpr char kPointsWallet[] = "points";

// The challenge with its defaults written out, as it is stored and shown. INVALID_ARGUMENT,
// CHALLENGE_INVALID with the path of everything that is wrong: parts of the filter or a measure
// that its type of event does not have, unknown enum values, blank values.
absl::StatusOr<v1::Challenge> CompleteChallenge(v1::Challenge challenge);

// What an event is for challenges; UNSPECIFIED: nothing that counts.
v1::EventType TypeOf(const events::v1::Event& event);

// What an event of the challenge's type counts, above zero; empty: the filter or the measure leaves
// nothing of it. The amount of an order is that of the lines that fit the filter's SKUs and
// categories: all of it where it names none.
std::optional<int64_t> CountOf(const v1::Challenge& challenge, const events::v1::Event& event);

}  // namespace laurel::gamification
