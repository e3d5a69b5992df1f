// Giving a tier by hand and taking it away are one thing with two ends.
#pragma once

#include <optional>
#include <string>

#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

struct ManualTierChange {
  std::string program_id;
  std::string member_id;
  std::string tier_set;
  std::string tier;  // empty: it is taken away
  std::optional<absl::Time> end;
  std::string reason;
  std::string actor;
};
// Ends what holds, begins what is given, and evaluates the member. To be called inside the
// transaction that keeps the request id. The errors are those of SetManualTier and ClearManualTier.
absl::StatusOr<v1::MemberTier> ChangeManualTier(const Deps& deps, db::Tx& tx,
                                                const ManualTierChange& change, absl::Time now);
// After it was committed: the member's segments may ask for the tier.
void NoteChange(const Deps& deps, const ManualTierChange& change);

}  // namespace laurel::members::handlers
