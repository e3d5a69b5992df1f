// Points that a cause owes a member, paid exactly once. The debt is a row written in the
// transaction that makes it true; a worker pays it after the commit over WalletService, with the
// row's id as request id, again and again with that id until the answer is known. A payout that
// members-svc refuses for good is kept with its reason and never tried again.
//
// A cause that turns out not to be true is taken back: what it has paid is clawed back by the same
// worker in the same way, as far as the wallet type's policy lets it; what nobody has tried to pay
// is not paid. Should it become true again, it pays again. Each turn has a request id of its own,
// and begins when the one before it has ended.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/metrics/registry.h"

namespace laurel::payout {

struct Payout {
  // Of the cause's owner: the row lies beside its cause.
  int bucket = 0;
  // UUIDv7: members-svc keeps such request ids for 30 days.
  base::Uuid payout_id;
  base::Uuid program_id;
  base::Uuid member_id;
  // The referral, the challenge: pays one member once.
  base::Uuid cause_id;
  std::string wallet_type;
  int64_t amount = 0;  // above zero
  std::string reason;  // what the member reads in the ledger
  int tries = 0;
  // Of the present turn; the worker's. The first turn's is payout_id.
  base::Uuid request_id = {};
  // Whether this turn takes back what the entry `entry_id` has paid.
  bool takes_back = false;
  base::Uuid entry_id = {};
};

// Writes payouts that are due at once. kAlreadyExists when a cause has paid a member before.
absl::Status Insert(db::Tx& tx, const std::vector<Payout>& payouts, absl::Time now);
// The same where causes come and go: one whose payment was taken back, or will be, owes it again.
// kAlreadyExists when one of them is owed or paid already.
absl::Status Owe(db::Tx& tx, const std::vector<Payout>& payouts, absl::Time now);

// What a cause does not owe any more.
struct Undone {
  int bucket = 0;
  base::Uuid cause_id;
  base::Uuid member_id;
  // UUIDv7, new: of the claw-back.
  base::Uuid request_id;
};
// Causes that have paid nothing are passed over.
absl::Status TakeBack(db::Tx& tx, const std::vector<Undone>& undone, absl::Time now);

// What an attempt's answer means.
enum class Verdict {
  kDone,
  kRefused,  // for good: the member is gone or blocked, the wallet type does not exist
  kUnknown,  // may or may not have happened, or may go better later
};
Verdict Judge(const absl::Status& answer);
// How long to wait after the n-th attempt with an unknown end: 1 s doubled each time, at most 5
// min.
absl::Duration Backoff(int tries);
// An id older than that is tried no more, since members-svc forgets it after 30 days and would pay
// it a second time.
inline constexpr absl::Duration kGiveUpAfter = absl::Hours(24 * 28);

// The entry that the attempt has made.
using Answer = absl::StatusOr<base::Uuid>;
// Makes one attempt for payouts of one programme, at most kMaxBatch; one answer each, in their
// order.
using Pay = std::function<std::vector<Answer>(const std::vector<Payout>&)>;
inline constexpr int64_t kMaxBatch = 256;

class Worker {
 public:
  // `machine_clock` says when an attempt is due (a manual clock that stands still must not freeze
  // payments), `clock` what is written. Registers payouts_total{outcome} and waiting_payouts.
  Worker(db::Pool& pool, const base::Clock& clock, const base::Clock& machine_clock,
         metrics::Registry& registry, Pay pay);

  // Claims what is due, pays it, writes what became of it. Whether there may be more.
  absl::StatusOr<bool> Round();
  // A round, and the gauge brought up to date: what a job does.
  absl::StatusOr<bool> Run();

 private:
  absl::Status Observe();
  absl::StatusOr<std::vector<Payout>> Claim();
  absl::Status Mark(const std::vector<Payout>& payouts, const std::vector<Answer>& answers);

  db::Pool& pool_;
  const base::Clock& clock_;
  const base::Clock& machine_clock_;
  const Pay pay_;
  metrics::Counters& outcomes_;
  prometheus::Gauge& waiting_;
};

}  // namespace laurel::payout
