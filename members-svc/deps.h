// What the handlers of members-svc work with. Built in main.cc, passed by reference.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/ledger/tier_queue.h"

namespace laurel::members {

class CampaignCache;
class Ledger;

struct Deps {
  const base::Clock& clock;
  base::IdSource& ids;
  db::Pool& pool;
  outbox::Relay& relay;
  const crypto::KeyRing& keys;
  const crypto::BlindIndex& index;
  // Programmes, wallet types and active campaigns, as of their versions.
  CampaignCache& campaigns;
  // The batched write path of points and orders.
  Ledger& ledger;
  // Whose tiers and segments are to be evaluated soon; null: the daily work finds them.
  TierQueue* queue = nullptr;

  // Of a member about whom something was committed that no batch of the ledger has written.
  void Changed(const base::Uuid& program_id, const base::Uuid& member_id) const {
    if (queue != nullptr) queue->NoteIfAsked({program_id, member_id});
  }
};

}  // namespace laurel::members
