#include "members-svc/jobs/settle_due.h"

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"

namespace laurel::members {
namespace {

// Settles the wallets of `due` together.
Settled SettleAll(Ledger& ledger, const db::Rows& due) {
  std::vector<Command> commands(due.size());
  for (size_t i = 0; i < due.size(); ++i) {
    commands[i].program_id = due[i].Uuid(0);
    commands[i].member_id = due[i].Uuid(1);
    commands[i].what = SettleDue{.wallet_no = static_cast<int>(due[i].Int(2))};
  }
  Settled settled;
  for (const auto& outcome : ledger.RunAll(std::move(commands))) {
    if (outcome.ok()) ++settled.wallets;
    if (MayBeRunAgain(outcome.status())) ++settled.left;
  }
  return settled;
}

}  // namespace

absl::StatusOr<Settled> SettleBucket(db::Pool& pool, Ledger& ledger, const DueWallets& which,
                                     absl::Time now, int64_t at_once,
                                     const std::atomic<bool>& stopping) {
  Settled settled;
  base::Uuid owner;
  int64_t wallet_no = 0;
  while (!stopping) {
    db::Rows due;
    LAUREL_RETURN_IF_ERROR(pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      auto read = which.program_id
                      ? tx.Query("read_due_wallets_of", which.bucket, *which.program_id, now, owner,
                                 wallet_no, at_once)
                      : tx.Query("read_due_wallets", which.bucket, now, owner, wallet_no, at_once);
      LAUREL_ASSIGN_OR_RETURN(due, std::move(read));
      return absl::OkStatus();
    }));
    if (due.empty()) break;
    const Settled some = SettleAll(ledger, due);
    settled.wallets += some.wallets;
    settled.left += some.left;
    owner = due[due.size() - 1].Uuid(1);
    wallet_no = due[due.size() - 1].Int(2);
    if (static_cast<int64_t>(due.size()) < at_once) break;
  }
  return settled;
}

absl::StatusOr<int64_t> SettleDueWallets(db::Pool& pool, const base::Clock& clock, Ledger& ledger,
                                         const SettleOptions& options,
                                         const std::atomic<bool>& stopping) {
  int64_t settled = 0;
  for (int i = 0; i < kSlices && !stopping; ++i) {
    const int bucket = base::LabelOfSlice((options.first_slice + i) % kSlices);
    LAUREL_ASSIGN_OR_RETURN(const Settled some,
                            SettleBucket(pool, ledger, {.bucket = bucket, .program_id = {}},
                                         clock.Now(), options.at_once, stopping));
    settled += some.wallets;
  }
  return settled;
}

}  // namespace laurel::members
