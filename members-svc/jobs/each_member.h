// Evaluates members together, so that their history is read at once, without letting one who cannot
// be evaluated keep the others waiting: what is recorded about it does not parse, or counts to more
// than its row takes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct PassedOver {
  base::Uuid member_id;
  absl::Status why;
};
struct EvaluatedMembers {
  int64_t events = 0;  // that were written
  std::vector<PassedOver> passed_over;
};

// How many events it has written.
using EvaluateMembers =
    std::function<absl::StatusOr<int64_t>(db::Tx&, const std::vector<base::Uuid>&)>;
// Told of each member who is passed over; null: nobody is.
using OnPassedOver = std::function<void()>;

// In one transaction; where that fails because of what is recorded about somebody, in one for each,
// and those for whom it fails so are logged and passed over. Errors are the database's.
absl::StatusOr<EvaluatedMembers> EvaluateEach(db::Pool& pool,
                                              const std::vector<base::Uuid>& members,
                                              const EvaluateMembers& evaluate,
                                              const OnPassedOver& on_passed_over);

}  // namespace laurel::members
