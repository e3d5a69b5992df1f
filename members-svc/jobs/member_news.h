// The events of some members of one programme, on their way into the outbox in the transaction that
// makes them true.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

class MemberNews {
 public:
  MemberNews(base::IdSource& ids, const base::Uuid& program_id, absl::Time now);

  // An event of the member's, whose payload is the caller's; it comes behind every event at or
  // before `behind_us`.
  events::v1::Event& Add(const base::Uuid& member_id, int64_t behind_us);

  int64_t size() const { return static_cast<int64_t>(events_.size()); }
  // The place of the last of them, once all are there.
  int64_t position_us() const;
  // Writes all of them, in their order.
  absl::Status Write(db::Tx& tx);

 private:
  base::IdSource& ids_;
  const std::string program_id_;
  const absl::Time now_;
  absl::Time position_;
  std::vector<events::v1::Event> events_;
};

}  // namespace laurel::members
