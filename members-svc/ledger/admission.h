// What comes before the ledger for orders whose member is not named outright, in one transaction:
// - an order that names its customer by several identifiers finds its member, or is kept unmatched,
//   which answers it;
// - an unmatched order that is attached is read.
//
// Sent again, such a request might find another member, or one where there was none: somebody may
// have enrolled with the card that nobody had. So the directory of orders holds every such order
// under its request's key, too, written with the order itself; a request found there is answered
// with that order. Two twins that find different members at the same time meet at that key, and at
// the external id they meet whoever records it otherwise.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/command.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

struct AdmissionDeps {
  const base::Clock& clock;
  base::IdSource& ids;
  db::Pool& pool;
  const crypto::BlindIndex& index;
  CampaignCache& campaigns;
};

bool NeedsAdmission(const Command& command);

// One per command: what answers it, or empty: the ledger decides it, and what the ledger needs has
// been filled in. An order that is kept unmatched is answered with itself. Refusals:
// PROGRAM_NOT_FOUND, ORDER_EXISTS, CURRENCY_MISMATCH, OCCUR_TIME_OUT_OF_RANGE, REQUEST_ID_REUSED,
// SPEND_NOT_FOUND; of what is attached ORDER_NOT_FOUND, ORDER_ATTACHED. UNAVAILABLE,
// DATABASE_UNAVAILABLE for all when the database does not answer by `deadline`.
std::vector<std::optional<absl::StatusOr<Outcome>>> Admit(const AdmissionDeps& deps,
                                                          std::vector<Command>& commands,
                                                          absl::Time deadline);

}  // namespace laurel::members
