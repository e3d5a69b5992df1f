#include "lib/inbox/inbox.h"

#include "absl/container/flat_hash_set.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"

namespace laurel::inbox {

absl::StatusOr<std::vector<const events::v1::Event*>> Accept(
    db::Tx& tx, const events::v1::DeliverRequest& request, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows fence, tx.Query("raise_inbox_fence", request.source(),
                                                         request.lane(), request.fence()));
  if (fence.empty()) {
    return status::Refused("STALE_FENCE", "A newer relay has delivered from this lane.");
  }
  db::ArrayBuilder ids;
  for (const auto& event : request.events()) {
    const auto id = base::FromBytes(event.id());
    if (!id) return status::InvalidRequest({{"events.id", "must be 16 bytes"}});
    ids.Add(*id);
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows inserted, tx.Query("insert_inbox", ids.Take(), now));
  absl::flat_hash_set<base::Uuid> fresh;
  for (size_t i = 0; i < inserted.size(); ++i) fresh.insert(inserted[i].Uuid(0));
  std::vector<const events::v1::Event*> events;
  events.reserve(fresh.size());
  for (const auto& event : request.events()) {
    if (fresh.erase(*base::FromBytes(event.id())) > 0) events.push_back(&event);
  }
  return events;
}

absl::StatusOr<int64_t> Purge(db::Tx& tx, absl::Time now, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows gone,
                          tx.Query("purge_inbox", now - absl::Hours(24 * 30), limit));
  return static_cast<int64_t>(gone.affected());
}

}  // namespace laurel::inbox
