// members-svc in a test: its handlers and its ledger over a real database, a clock that stands
// still until it is told otherwise. Every World has a programme of its own.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/outbox/relay.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/campaign_cache.h"
#include "tests/testing/database.h"

namespace laurel::members::testing {

class World {
 public:
  // Makes a programme: EUR, UTC, the wallet type `points`.
  World();

  const Deps& deps() const { return deps_; }
  laurel::testing::TestDatabase& database() { return database_; }
  base::ManualClock& clock() { return clock_; }
  base::IdSource& ids() { return ids_; }
  const std::string& program_id() const { return program_id_; }
  base::Uuid program() const;

  // Calls as staff, as a client and as the operator's peer; 30 s from now.
  server::Call AsStaff() const;
  server::Call AsClient() const;
  std::string NewRequestId();

  // A member enrolled with an external id.
  v1::Member Enrol(const std::string& external_id);
  // A campaign that is active at once.
  v1::Campaign Activate(const v1::Campaign& campaign);

  // One column of one row, as text.
  std::string Look(const std::string& sql);
  int64_t Count(const std::string& sql);
  int64_t RulesVersion();

 private:
  static laurel::testing::TestDatabase& SharedDatabase();

  laurel::testing::TestDatabase& database_;
  base::ManualClock clock_;
  base::IdSource ids_;
  crypto::KeyRing keys_;
  crypto::BlindIndex index_;
  outbox::Relay relay_;
  CampaignCache campaigns_;
  Ledger ledger_;
  Deps deps_;
  std::string program_id_;
};

// The answer of a handler, or its error.
template <typename Response, typename Request>
absl::StatusOr<Response> Ask(absl::Status (*handler)(const Deps&, const server::Call&,
                                                     const Request&, Response*),
                             const World& world, const server::Call& call, const Request& request) {
  Response response;
  const absl::Status status = handler(world.deps(), call, request, &response);
  if (!status.ok()) return status;
  return response;
}

}  // namespace laurel::members::testing

// The reason of an error.
#define EXPECT_REASON(refusal, expected) EXPECT_EQ(laurel::status::ReasonOf(refusal), expected)
