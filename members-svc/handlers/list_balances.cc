#include "lib/status/error.h"
#include "members-svc/domain/household.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

// What is due counts as done, though its entries are written only when the wallet is touched next.
v1::Balance BalanceOf(const std::string& code, Wallet wallet, absl::Time now) {
  std::vector<LedgerEntry> unwritten;
  const int64_t seq = wallet.seq;
  Settle(wallet, absl::ToUnixMicros(now), unwritten);
  v1::Balance out;
  out.set_wallet_type(code);
  out.set_active(wallet.active);
  out.set_pending(wallet.pending);
  out.set_reserved(wallet.reserved);
  out.set_lifetime_earned(wallet.lifetime_earned);
  out.set_lifetime_spent(wallet.lifetime_spent);
  out.set_lifetime_expired(wallet.lifetime_expired);
  out.set_lifetime_reversed(wallet.lifetime_reversed);
  out.set_lifetime_adjusted(wallet.lifetime_adjusted);
  out.set_seq(seq);
  return out;
}

// A wallet without a row is empty.
Wallet WalletIn(const std::vector<std::pair<int, Wallet>>& wallets, int wallet_no) {
  for (const auto& [number, stored] : wallets) {
    if (number == wallet_no) return stored;
  }
  return {};
}

}  // namespace

absl::Status ListBalances(const Deps& deps, const server::Call& call,
                          const v1::ListBalancesRequest& request,
                          v1::ListBalancesResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program_id));
    LAUREL_ASSIGN_OR_RETURN(const auto wallets, ListWallets(tx, member_id));
    std::optional<base::Uuid> household;
    std::vector<std::pair<int, Wallet>> pools;
    if (HasPools(*rules)) {
      LAUREL_ASSIGN_OR_RETURN(household, FindHousehold(tx, program_id, member_id));
    }
    if (household) {
      LAUREL_ASSIGN_OR_RETURN(pools, ListWallets(tx, *household));
    }
    for (const WalletTypeRules& type : rules->wallet_types) {
      const Wallet own = WalletIn(wallets, type.wallet_no);
      if (household && type.policy.has_pool()) {
        v1::Balance& pool = *response->add_balances();
        pool = BalanceOf(type.policy.code(), WalletIn(pools, type.wallet_no), deps.clock.Now());
        pool.set_household_id(base::EncodeId("hsh", *household));
        if (own.seq == 0) continue;
      }
      *response->add_balances() = BalanceOf(type.policy.code(), own, deps.clock.Now());
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
