// What a challenge is, and what an event counts for it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "gamification-svc/domain/progress.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/gamification/v1/gamification.pb.h"

namespace laurel::gamification {

// The only wallet type whose points count for challenges and the leaderboard: currencies of
// different kinds cannot be added up.
inline constexpr char kPointsWallet[] = "points";
// As members-svc knows this service.
inline constexpr char kServiceName[] = "gamification";

// The challenge with its defaults written out, as it is stored and shown. INVALID_ARGUMENT,
// CHALLENGE_INVALID with the path of everything that is wrong: parts of the filter or a measure
// that its type of event does not have, unknown enum values, blank values.
absl::StatusOr<v1::Challenge> CompleteChallenge(v1::Challenge challenge);

// What an event is for challenges; UNSPECIFIED: nothing that counts by itself.
v1::EventType TypeOf(const events::v1::Event& event);

// What an event of the challenge's type counts, above zero; empty: the filter or the measure leaves
// nothing of it. The amount of an order is that of the lines that fit the filter's SKUs and
// categories: all of it where it names none.
std::optional<int64_t> CountOf(const v1::Challenge& challenge, const events::v1::Event& event);

// The types of event whose challenges an event concerns: its own, or those of what it undoes.
std::vector<v1::EventType> TypesOf(const events::v1::Event& event);

// What an event brings to a challenge, and when that happened: at `occurred`, or, where it undoes
// something, when that did. Nothing of before the challenge was made. What a return brings is below
// zero: an order counts as what is left of it would have counted, had no more been bought, and so
// do the points that it earned and those that paid for it. That is the difference between what is
// left after and before the return, both of which the event states: so the sum over an order and
// any of its returns is the same in any order of arrival, and zero once all of it is back.
std::vector<Contribution> ContributionsOf(const v1::Challenge& challenge,
                                          const events::v1::Event& event, absl::Time occurred);

// What an event adds to the leaderboard's score of points earned; below zero where a return, or
// this service taking back what a challenge has paid, undoes some of them.
int64_t ScoreOf(const events::v1::Event& event);

}  // namespace laurel::gamification
