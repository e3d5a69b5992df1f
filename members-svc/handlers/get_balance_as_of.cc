#include <map>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/wallet.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/household_store.h"

namespace laurel::members::handlers {
namespace {

// `sum` is what the account brought the wallet.
void AddLifetime(Account account, int64_t sum, v1::Balance* balance) {
  switch (account) {
    case Account::kMember:
      return;
    case Account::kIssued:
      return balance->set_lifetime_earned(sum);
    case Account::kRedeemed:
      return balance->set_lifetime_spent(-sum);
    case Account::kExpired:
      return balance->set_lifetime_expired(-sum);
    case Account::kReversed:
      return balance->set_lifetime_reversed(-sum);
    case Account::kAdjusted:
    case Account::kTransferred:
      return balance->set_lifetime_adjusted(balance->lifetime_adjusted() + sum);
  }
}

absl::StatusOr<std::map<int, v1::BalanceAsOf>> Read(db::Tx& tx, const base::Uuid& member_id,
                                                    absl::Time time) {
  const int bucket = base::BucketOf(member_id);
  std::map<int, v1::BalanceAsOf> out;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("balances_as_of", bucket, member_id, time, DayOf(time)));
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::BalanceAsOf& wallet = out[static_cast<int>(rows[i].Int(0))];
    wallet.mutable_balance()->set_seq(rows[i].Int(1));
    wallet.mutable_balance()->set_active(rows[i].Int(2));
    wallet.mutable_balance()->set_pending(rows[i].Int(3));
    wallet.mutable_balance()->set_reserved(rows[i].Int(4));
    base::SetTimestamp(rows[i].Time(5), wallet.mutable_record_time());
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows sums,
                          tx.Query("sum_accounts_as_of", bucket, member_id, time, DayOf(time)));
  for (size_t i = 0; i < sums.size(); ++i) {
    AddLifetime(static_cast<Account>(sums[i].Int(1)), sums[i].Int(2),
                out[static_cast<int>(sums[i].Int(0))].mutable_balance());
  }
  return out;
}

}  // namespace

absl::Status GetBalanceAsOf(const Deps& deps, const server::Call& call,
                            const v1::GetBalanceAsOfRequest& request,
                            v1::GetBalanceAsOfResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const absl::Time time = base::FromTimestamp(request.time());
  if (time > deps.clock.Now()) {
    return status::Error(absl::StatusCode::kInvalidArgument, "TIME_IN_FUTURE",
                         "What will stand then is not known yet.");
  }
  return deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto rules, RulesForMember(deps, tx, program_id, member_id));
    const WalletTypeRules* only = nullptr;
    if (!request.wallet_type().empty()) {
      LAUREL_ASSIGN_OR_RETURN(only, WalletTypeOf(*rules, request.wallet_type()));
    }
    LAUREL_ASSIGN_OR_RETURN(auto found, Read(tx, member_id, time));
    for (const WalletTypeRules& type : rules->wallet_types) {
      if (only != nullptr && only->wallet_no != type.wallet_no) continue;
      v1::BalanceAsOf* out = response->add_balances();
      LAUREL_ASSIGN_OR_RETURN(const base::Uuid owner,
                              WalletOwnerOf(tx, program_id, member_id, type));
      if (owner == member_id) {
        *out = std::move(found[type.wallet_no]);
      } else {
        LAUREL_ASSIGN_OR_RETURN(auto pools, Read(tx, owner, time));
        *out = std::move(pools[type.wallet_no]);
        out->mutable_balance()->set_household_id(base::EncodeId("hsh", owner));
      }
      out->mutable_balance()->set_wallet_type(type.policy.code());
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
