// Has the ledger record the occasions that wait (store/occasion_store.h): who joined, came into a
// tier or a segment, returned something, has a birthday, …; promptly, some at a time.
//
// Each is one command of the ledger, which records it once, whoever asks how often; its row then
// ends, with the reason where the ledger refused it (or the code of an error without one). So a
// round can be killed anywhere and run by several processes. What the ledger did not take (it was
// overloaded, or without its database) waits for the next round.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members {

class PostOccasions {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    Ledger& ledger;
  };
  explicit PostOccasions(Deps deps) : deps_(deps) {}

  // All that wait; how many were recorded. Ends early when `stopping` becomes true. Errors are the
  // database's.
  absl::StatusOr<int64_t> Round(const std::atomic<bool>& stopping);

 private:
  const Deps deps_;
};

}  // namespace laurel::members
