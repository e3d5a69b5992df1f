// Attaches orders that were kept unmatched to members who have become known by what their customers
// were named by: who enrols within a programme's attach_window_days gets what was bought before.
//
// An identifier of an unmatched order is looked at when it was recorded, and again whenever a
// member enrols with it, which the enrolment says in its own transaction
// (unmatched_identifiers.looks). An order and an enrolment that are written at the same time do not
// see one another: therefore an order stays to be looked at for two minutes, longer than any
// transaction lasts.
//
// Each order is one command of the ledger, where it is attached once, whoever else tries; so a
// round can be killed anywhere and run by several processes. What the ledger refuses (a blocked
// member, a window that has passed) stays unmatched, for staff to see.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

class AttachOrders {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    Ledger& ledger;
    CampaignCache& campaigns;
  };
  explicit AttachOrders(Deps deps) : deps_(deps) {}

  // Looks at all that is to be looked at, and forgets what the customers of orders were named by
  // that can be attached no more. How many orders were attached. Ends early when `stopping` becomes
  // true. Errors are the database's.
  absl::StatusOr<int64_t> Round(const std::atomic<bool>& stopping);

 private:
  const Deps deps_;
};

}  // namespace laurel::members
