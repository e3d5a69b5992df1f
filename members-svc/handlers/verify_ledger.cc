#include "lib/status/error.h"
#include "members-svc/domain/seal.h"
#include "members-svc/domain/verify_sources.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/ledger_scan.h"
#include "members-svc/store/seal_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kOrdersAtOnce = 5000;
constexpr int kMaxFaults = 100;

class Verifier {
 public:
  Verifier(const ProgramRules& rules, std::optional<base::Uuid> only, v1::VerifyLedgerResponse* out)
      : rules_(rules), only_(only), scan_(rules.program_id, only), out_(out) {}

  // One look before all wallets: what is sealed later is not compared.
  absl::Status ReadSeals(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(roots_, ReadSealedRoots(tx));
    return absl::OkStatus();
  }

  // The next wallets, as of one snapshot. False when there are none left.
  absl::StatusOr<bool> NextWallets(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(auto wallets, scan_.Next(tx));
    if (wallets.empty()) return false;
    LAUREL_RETURN_IF_ERROR(LedgerScan::AddSources(tx, wallets));
    AccountSums sums;
    for (const ScannedWallet& wallet : wallets) {
      Check(wallet, sums);
      Fold(wallet);
      out_->set_wallet_count(out_->wallet_count() + 1);
      out_->set_entry_count(out_->entry_count() + static_cast<int64_t>(wallet.entries.size()));
    }
    out_->set_points_issued(out_->points_issued() + sums.issued);
    return true;
  }

  // The next orders. False when there are none left.
  absl::StatusOr<bool> NextOrders(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_orders", rules_.program_id, last_order_bucket_,
                                     last_order_, kOrdersAtOnce));
    for (size_t i = 0; i < rows.size(); ++i) {
      const OrderRow row = OrderRowOf(rows[i]);
      last_order_bucket_ = row.bucket;
      last_order_ = row.order.order_id;
      if (!row.day_fits) {
        AddFault(base::EncodeId("mem", row.order.member_id), 0, 0,
                 "an order's day is not that of its time");
      }
      folds_.AddOrder(row.bucket, row.order);
    }
    return !rows.empty();
  }

  absl::Status Orphans(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_orphans", rules_.program_id, only_));
    for (size_t i = 0; i < rows.size(); ++i) {
      AddFault(base::EncodeId("mem", rows[i].Uuid(0)), static_cast<int>(rows[i].Int(1)), 0,
               "the wallet has no head");
    }
    return absl::OkStatus();
  }

  void CheckSeals() {
    for (std::string& what : SealFaults(rules_.program_id, roots_, folds_.Take())) {
      AddFault("", 0, 0, std::move(what));
    }
  }

 private:
  void Check(const ScannedWallet& wallet, AccountSums& sums) {
    auto faults = VerifyWallet(wallet.id, wallet.head, wallet.entries, wallet.open_reserved, sums);
    if (wallet.stray_seq != 0) {
      faults.push_back({wallet.stray_seq, "its row stands under another programme or day"});
    }
    if (faults.empty() && wallet.next_due_us != NextDueUs(wallet.head.lots)) {
      faults.push_back({0, "the head's next due time is not that of its lots"});
    }
    if (faults.empty() && !wallet.knows_owner_state) {
      faults.push_back({0, "the head's state of its owner is not the owner's"});
    }
    if (faults.empty()) {
      faults = VerifySources(wallet.id, wallet.head, wallet.entries, wallet.reservations,
                             wallet.refunds);
    }
    for (WalletFault& fault : faults) {
      AddFault(base::EncodeId("mem", wallet.id.owner_id), wallet.id.wallet_no, fault.seq,
               std::move(fault.what));
    }
  }

  // The newest entry of each hour.
  void Fold(const ScannedWallet& wallet) {
    for (size_t i = 0; i < wallet.entries.size(); ++i) {
      const LedgerEntry& entry = wallet.entries[i];
      const int64_t hour = HourOf(entry.create_us);
      if (i + 1 < wallet.entries.size() && HourOf(wallet.entries[i + 1].create_us) == hour)
        continue;
      folds_.AddHead(hour, wallet.bucket, wallet.id, entry);
    }
  }

  // Wallet 0: none in particular.
  void AddFault(std::string member_id, int wallet_no, int64_t seq, std::string what) {
    if (out_->faults_size() >= kMaxFaults) return;
    auto* fault = out_->add_faults();
    fault->set_member_id(std::move(member_id));
    const WalletTypeRules* type = rules_.WalletTypeByNumber(wallet_no);
    if (type != nullptr) fault->set_wallet_type(type->policy.code());
    fault->set_seq(seq);
    fault->set_what(std::move(what));
  }

  const ProgramRules& rules_;
  const std::optional<base::Uuid> only_;
  LedgerScan scan_;
  v1::VerifyLedgerResponse* const out_;
  std::vector<SealedRoot> roots_;
  HourFolds folds_;
  int64_t last_order_bucket_ = -1;
  base::Uuid last_order_;
};

// Looks until there is nothing left. One snapshot per look: heads, entries and reservations must be
// of one instant.
absl::Status Each(const Deps& deps, const server::Call& call, Verifier& verifier,
                  absl::StatusOr<bool> (Verifier::*next)(db::Tx&)) {
  for (bool more = true; more;) {
    if (call.Cancelled()) return absl::CancelledError("the caller has left");
    LAUREL_RETURN_IF_ERROR(deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(more, (verifier.*next)(tx));
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyLedger(const Deps& deps, const server::Call& call,
                          const v1::VerifyLedgerRequest& request,
                          v1::VerifyLedgerResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  std::optional<base::Uuid> only;
  if (!request.member_id().empty()) only = base::DecodeId("mem", request.member_id());
  std::shared_ptr<const ProgramRules> rules;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    if (only) LAUREL_RETURN_IF_ERROR(CheckMember(tx, program_id, *only));
    LAUREL_ASSIGN_OR_RETURN(rules, deps.campaigns.Current(tx, program_id));
    return absl::OkStatus();
  }));
  Verifier verifier(*rules, only, response);
  if (!only) {
    LAUREL_RETURN_IF_ERROR(
        deps.pool.Read(call.deadline, [&](db::Tx& tx) { return verifier.ReadSeals(tx); }));
  }
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextWallets));
  LAUREL_RETURN_IF_ERROR(
      deps.pool.Read(call.deadline, [&](db::Tx& tx) { return verifier.Orphans(tx); }));
  if (!only) {
    LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextOrders));
    verifier.CheckSeals();
  }
  response->set_valid(response->faults().empty());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
