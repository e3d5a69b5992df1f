#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/schedule.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status GetSchedule(const Deps& deps, const server::Call& call,
                         const v1::GetScheduleRequest& request, v1::GetScheduleResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  Wallet wallet;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto rules, RulesForMember(deps, tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type,
                            WalletTypeOf(*rules, request.wallet_type()));
    response->mutable_balance()->set_wallet_type(type->policy.code());
    LAUREL_ASSIGN_OR_RETURN(const base::Uuid owner,
                            WalletOwnerOf(tx, program_id, member_id, *type));
    if (owner != member_id) {
      response->mutable_balance()->set_household_id(base::EncodeId("hsh", owner));
    }
    LAUREL_ASSIGN_OR_RETURN(auto wallets, ListWallets(tx, owner));
    for (auto& [number, stored] : wallets) {
      if (number == type->wallet_no) wallet = std::move(stored);
    }
    return absl::OkStatus();
  }));
  v1::Balance* balance = response->mutable_balance();
  balance->set_seq(wallet.seq);
  std::vector<LedgerEntry> unwritten;
  Settle(wallet, absl::ToUnixMicros(deps.clock.Now()), unwritten);
  balance->set_active(wallet.active);
  balance->set_pending(wallet.pending);
  balance->set_reserved(wallet.reserved);
  balance->set_lifetime_earned(wallet.lifetime_earned);
  balance->set_lifetime_spent(wallet.lifetime_spent);
  balance->set_lifetime_expired(wallet.lifetime_expired);
  balance->set_lifetime_reversed(wallet.lifetime_reversed);
  balance->set_lifetime_adjusted(wallet.lifetime_adjusted);
  for (const Coming& coming : ScheduleOf(wallet)) {
    v1::ScheduleRow* row = response->add_rows();
    if (coming.at_us != kNeverUs) {
      base::SetTimestamp(absl::FromUnixMicros(coming.at_us), row->mutable_time());
    }
    row->set_activating(coming.activating);
    row->set_expiring(coming.expiring);
    row->set_cancelled(coming.cancelled);
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
