// Reads and writes of sagas: the keys of their commands, claims, and the steps that end them. Every
// step is guarded by the state it leaves and by the fence of the driver's claim; an empty answer
// says that another driver has been there, or that the database took an earlier try of the same
// step whose answer was lost.
//
// Locks are taken in one order everywhere: redemption, coupon code, key, stock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "lib/idempotency/once.h"
#include "rewards-svc/domain/saga.h"

namespace laurel::rewards {

// The redemption that this command started, if it did. INVALID_ARGUMENT, REQUEST_ID_REUSED when it
// had other content.
absl::StatusOr<std::optional<base::Uuid>> FindSagaKey(db::Tx& tx, const idempotency::Key& key,
                                                      const std::string& content_hash);
struct SagaKey {
  idempotency::Key key;
  std::string content_hash;
  base::Uuid redemption_id;
  absl::Time create_time;
};
// kAborted when a twin of the command is there first: run again, it is found.
absl::Status InsertSagaKey(db::Tx& tx, const SagaKey& key);
// The command was refused: its request id is free again. Null: nothing.
absl::Status DeleteSagaKey(db::Tx& tx, int bucket, const std::optional<base::Uuid>& key_id);
// Removes at most `limit` keys made before `before`; how many went.
absl::StatusOr<int64_t> PurgeSagaKeys(db::Tx& tx, absl::Time before, int64_t limit);

// By the machine's clock. Empty: it is not due, no longer in the state of `redemption`, or in other
// hands.
absl::StatusOr<std::optional<Claim>> ClaimSaga(db::Tx& tx, const Redemption& redemption,
                                               absl::Time machine_now);
// The one that has been due for longest.
absl::StatusOr<std::optional<Claim>> ClaimDueSaga(db::Tx& tx, absl::Time machine_now);
// Gives a claim up until `ask_again_at`; without effect when the claim has passed on.
absl::Status PostponeSaga(db::Tx& tx, const Claim& claim, const Decision& decision);

struct Ended {
  Redemption redemption;
  // Where the event that tells of it stands in the outbox; none for a refusal.
  absl::Time event_position;
};
// PENDING → ISSUED, paid by `spend_entry_id`.
absl::StatusOr<std::optional<Ended>> IssueRedemption(db::Tx& tx, const Claim& claim,
                                                     const base::Uuid& spend_entry_id,
                                                     absl::Time now);
// PENDING → REFUSED. Key and stock are to be given back with it.
absl::StatusOr<std::optional<Ended>> RefuseRedemption(db::Tx& tx, const Claim& claim,
                                                      const std::string& reason, absl::Time now);
struct Cancellation {
  std::string reason;
  base::Uuid refund_request_id;
  base::Uuid command_key;
  absl::Time now;
  absl::Time lease_until;
};
// ISSUED → CANCELLING. Empty when it is no longer ISSUED.
absl::StatusOr<std::optional<Redemption>> BeginCancel(db::Tx& tx, const Redemption& redemption,
                                                      const Cancellation& cancellation);
// CANCELLING → CANCELLED. Stock is to be given back with it.
absl::StatusOr<std::optional<Ended>> CancelRedemption(db::Tx& tx, const Claim& claim,
                                                      absl::Time now);
// CANCELLING → ISSUED. The key is to be given back with it.
absl::StatusOr<std::optional<Ended>> RefuseCancel(db::Tx& tx, const Claim& claim, absl::Time now);

struct WaitingSagas {
  int64_t count = 0;
  std::optional<absl::Time> oldest;
  // Spends too old to be asked about.
  int64_t stuck = 0;
};
absl::StatusOr<WaitingSagas> CountWaitingSagas(db::Tx& tx, absl::Time now);

}  // namespace laurel::rewards
