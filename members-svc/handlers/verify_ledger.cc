#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/seal.h"
#include "members-svc/domain/verify_limits.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/store/adjustment_proof.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/ledger_scan.h"
#include "members-svc/store/repeated_keys.h"
#include "members-svc/store/return_proof.h"
#include "members-svc/store/seal_rows.h"
#include "members-svc/store/tier_proof.h"
#include "members-svc/store/unmatched_proof.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kOrdersAtOnce = 5000;
constexpr int64_t kBucketsAtOnce = 100;
constexpr int64_t kMaxBucket = 6665;
constexpr int kMaxFaults = 100;

class Verifier {
 public:
  Verifier(const base::Clock& clock, const ProgramRules& rules, std::optional<base::Uuid> only,
           v1::VerifyLedgerResponse* out)
      : clock_(clock),
        rules_(rules),
        only_(only),
        scan_(rules.program_id, only),
        adjustments_(rules),
        returns_(rules.program_id),
        unmatched_(rules.program_id),
        tiers_(rules.program_id),
        first_bucket_(only ? base::BucketOf(*only) : 0),
        last_bucket_(only ? base::BucketOf(*only) : kMaxBucket),
        out_(out) {
    scan_.NameBroken();
  }

  // One look before all wallets: what is sealed, recorded on a new day or carried out later is not
  // compared.
  absl::Status Begin(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(roots_, ReadSealedRoots(tx));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows days, tx.Query("list_days"));
    for (size_t i = 0; i < days.size(); ++i) days_.push_back(days[i].Int(0));
    LAUREL_RETURN_IF_ERROR(returns_.ReadAll(tx, folds_, OrderFault()));
    return adjustments_.ReadNamed(tx);
  }

  // The next wallets, as of one snapshot. False when there are none left.
  absl::StatusOr<bool> NextWallets(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(auto wallets, scan_.Next(tx));
    if (wallets.empty()) return false;
    LAUREL_RETURN_IF_ERROR(LedgerScan::AddSources(tx, wallets));
    const int64_t now_us = absl::ToUnixMicros(clock_.Now());
    AccountSums sums;
    for (const ScannedWallet& wallet : wallets) {
      Check(wallet, now_us, sums);
      CheckKeys(wallet);
      Fold(wallet);
      out_->set_wallet_count(out_->wallet_count() + 1);
      out_->set_entry_count(out_->entry_count() + static_cast<int64_t>(wallet.entries.size()));
    }
    out_->set_points_issued(out_->points_issued() + sums.issued);
    LAUREL_RETURN_IF_ERROR(returns_.Check(
        tx, wallets, [this](const ScannedWallet& wallet, int64_t seq, std::string what) {
          AddFault(OwnerIdOf(wallet), wallet.id.wallet_no, seq, std::move(what));
        }));
    LAUREL_RETURN_IF_ERROR(adjustments_.Check(
        tx, wallets, now_us, [this](const ScannedWallet& wallet, int64_t seq, std::string what) {
          AddFault(OwnerIdOf(wallet), wallet.id.wallet_no, seq, std::move(what));
        }));
    return true;
  }

  // What stands beside the entries of the next buckets. False when there are none left.
  absl::StatusOr<bool> NextStrays(db::Tx& tx) {
    const int64_t to = std::min(first_bucket_ + kBucketsAtOnce - 1, last_bucket_);
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_strays", rules_.program_id, first_bucket_, to, only_));
    for (size_t i = 0; i < rows.size(); ++i) {
      AddFault(base::EncodeId("mem", rows[i].Uuid(0)), static_cast<int>(rows[i].Int(1)), 0,
               std::string(rows[i].Text(2)) + " that no entry of the wallet has made");
    }
    first_bucket_ = to + 1;
    return first_bucket_ <= last_bucket_;
  }

  // Entries of the next day whose wallets or other sides are not there. False when there are no
  // more days.
  absl::StatusOr<bool> NextDay(db::Tx& tx) {
    if (days_.empty()) return false;
    const int64_t day = days_.back();
    days_.pop_back();
    LAUREL_RETURN_IF_ERROR(tx.Query("verify_by_scan").status());
    LAUREL_ASSIGN_OR_RETURN(const db::Rows orphans,
                            tx.Query("verify_orphans", rules_.program_id, day));
    AddOrphans(orphans);
    LAUREL_ASSIGN_OR_RETURN(const db::Rows moved,
                            tx.Query("verify_transfers", rules_.program_id, day));
    CheckTransfers(moved);
    return true;
  }

  absl::Status OrphansOfMember(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("verify_orphans_of", rules_.program_id,
                                                          base::BucketOf(*only_), *only_));
    AddOrphans(rows);
    return absl::OkStatus();
  }

  // The next orders. False when there are none left.
  absl::StatusOr<bool> NextOrders(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_orders", rules_.program_id, last_order_bucket_,
                                     last_order_, kOrdersAtOnce));
    std::vector<OrderSeal> orders;
    std::vector<UnmatchedProof::MembersOrder> were_unmatched;
    db::ArrayBuilder buckets, keys, ids;
    const auto lead_to = [&](const base::Uuid& key, const OrderSeal& order) {
      buckets.Add(base::BucketOf(key));
      keys.Add(key);
      ids.Add(order.order_id);
      orders.push_back(order);
    };
    for (size_t i = 0; i < rows.size(); ++i) {
      const SealedOrderRow row = SealedOrderRowOf(rows[i]);
      last_order_bucket_ = row.bucket;
      last_order_ = row.order.order_id;
      if (!row.day_fits) AddOrderFault(row.order, "its day is not that of its time");
      const auto* repeated =
          order_keys_.Add(row.bucket, row.order.request_key,
                          {row.order.create_us, {rules_.program_id, row.order.member_id, 0}, 0});
      if (repeated != nullptr) {
        AddOrderFault(row.order, "its request id made another order before");
      }
      folds_.AddOrder(row.bucket, row.order);
      lead_to(DirectoryKeyOf(row.order, rows[i].Bytes(10)), row.order);
      v1::Order stored;
      if (!stored.ParseFromString(rows[i].Bytes(10))) continue;
      for (const std::string& spend : stored.spend_entry_ids()) {
        const auto spend_id = base::DecodeId("ent", spend).value_or(base::Uuid{});
        lead_to(SpendDirectoryKey(rules_.program_id, spend_id), row.order);
      }
      std::string what = returns_.CheckOrder(row.order.order_id, stored);
      if (!what.empty()) AddOrderFault(row.order, what);
      if (stored.unmatched_order_id().empty()) continue;
      were_unmatched.push_back({row.order.order_id, row.order.member_id, std::move(stored)});
    }
    if (rows.empty()) return false;
    LAUREL_RETURN_IF_ERROR(unmatched_.CheckOrders(tx, were_unmatched, OrderFault()));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows astray,
                            tx.Query("verify_order_directory", rules_.program_id, buckets.Take(),
                                     keys.Take(), ids.Take()));
    for (size_t i = 0; i < astray.size(); ++i) {
      AddOrderFault(orders[static_cast<size_t>(astray[i].Int(0)) - 1],
                    "the directory of orders does not lead to it");
    }
    return true;
  }

  // The next orders that are or were nobody's. False when there are none left.
  absl::StatusOr<bool> NextUnmatched(db::Tx& tx) {
    return unmatched_.Next(tx, [this](const base::Uuid& member_id, const base::Uuid& order_id,
                                      const std::string& what) {
      AddFault(member_id.IsZero() ? "" : base::EncodeId("mem", member_id), 0, 0,
               absl::StrCat("the unmatched order ", base::EncodeId("ord", order_id), ": ", what));
    });
  }

  // The next rows of tiers. False when there are none left.
  absl::StatusOr<bool> NextTiers(db::Tx& tx) {
    return tiers_.Next(tx, clock_.Now(), [this](const base::Uuid& member_id, std::string what) {
      AddFault(base::EncodeId("mem", member_id), 0, 0, std::move(what));
    });
  }

  // What only all wallets and orders together show.
  void End() {
    for (const AdjustmentProof::Missing& missing : adjustments_.NotFound()) {
      AddFault(base::EncodeId("mem", missing.member_id), missing.wallet_no, missing.seq,
               "an adjustment says that it was carried out by an entry that is not there");
    }
    returns_.End(OrderFault());
    for (std::string& what : SealFaults(rules_.program_id, roots_, folds_.Take())) {
      AddFault("", 0, 0, std::move(what));
    }
  }

 private:
  static std::string OwnerIdOf(const ScannedWallet& wallet) {
    return base::EncodeId(wallet.of_household ? "hsh" : "mem", wallet.id.owner_id);
  }

  void Check(const ScannedWallet& wallet, int64_t now_us, AccountSums& sums) {
    if (!wallet.head_is_readable) {
      AddFault(OwnerIdOf(wallet), wallet.id.wallet_no, 0, "the head cannot be read");
      return;
    }
    auto faults = VerifyWallet(wallet.id, wallet.head, wallet.entries, wallet.open_reserved, sums);
    if (wallet.stray_seq != 0) {
      faults.push_back({wallet.stray_seq,
                        "its row stands under another programme or day, or is not as the ledger "
                        "writes it"});
    }
    if (faults.empty() && wallet.next_due_us != NextDueUs(wallet.head.lots)) {
      faults.push_back({0, "the head's next due time is not that of its lots"});
    }
    if (faults.empty() && !wallet.knows_owner_state) {
      faults.push_back({0, "the head's state of its owner is not the owner's"});
    }
    if (faults.empty()) {
      faults = VerifySources(wallet.id, wallet.head, wallet.entries, wallet.rows);
    }
    const WalletTypeRules* type = rules_.WalletTypeByNumber(wallet.id.wallet_no);
    if (faults.empty() && type != nullptr) faults = VerifyFloor(type->policy, wallet.entries);
    if (faults.empty()) {
      faults = VerifyExpiries(wallet.entries, wallet.rows.reservations, now_us);
    }
    for (WalletFault& fault : faults) {
      AddFault(OwnerIdOf(wallet), wallet.id.wallet_no, fault.seq, std::move(fault.what));
    }
  }

  void CheckKeys(const ScannedWallet& wallet) {
    for (const LedgerEntry& entry : wallet.entries) {
      const auto* repeated = entry_keys_.Add(wallet.bucket, entry.request_key,
                                             {entry.create_us, wallet.id, entry.seq});
      if (repeated == nullptr) continue;
      AddFault(base::EncodeId(wallet.of_household ? "hsh" : "mem", repeated->wallet.owner_id),
               repeated->wallet.wallet_no, repeated->seq,
               "its request id made another entry before");
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

  void AddOrphans(const db::Rows& rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      AddFault(base::EncodeId("mem", rows[i].Uuid(0)), static_cast<int>(rows[i].Int(1)), 0,
               "the wallet has no head");
    }
  }

  // Rows of verify_transfers: what was transferred at instants that do not come out even. Of those,
  // the requests that do not.
  void CheckTransfers(const db::Rows& rows) {
    struct Side {
      std::string owner_id;
      int64_t seq = 0;
    };
    struct Sides {
      int64_t sum = 0;
      std::vector<Side> sides;
    };
    std::map<std::tuple<int64_t, int, std::string>, Sides> requests;
    for (size_t i = 0; i < rows.size(); ++i) {
      const db::Row row = rows[i];
      v1::Entry detail;
      if (!row.IsNull(5)) detail.ParseFromString(row.Bytes(5));
      Sides& both = requests[{row.Int(3), static_cast<int>(row.Int(1)), detail.request_id()}];
      both.sum += row.Int(4);
      both.sides.push_back({detail.household_id().empty() ? base::EncodeId("mem", row.Uuid(0))
                                                          : detail.household_id(),
                            row.Int(2)});
    }
    for (const auto& [request, both] : requests) {
      if (both.sum == 0) continue;
      for (const Side& side : both.sides) {
        AddFault(side.owner_id, std::get<1>(request), side.seq,
                 "a transfer whose sides do not sum to zero");
      }
    }
  }

  base::Uuid DirectoryKeyOf(const OrderSeal& order, const std::string& content) const {
    v1::Order stored;
    if (!stored.ParseFromString(content)) return order.request_key;
    const auto unmatched = base::DecodeId("ord", stored.unmatched_order_id());
    if (unmatched) return AttachedOrderKey(*unmatched);
    if (stored.external_id().empty()) return order.request_key;
    return OrderDirectoryKey(rules_.program_id, stored.external_id());
  }

  void AddOrderFault(const OrderSeal& order, const std::string& what) {
    OrderFault()(order.member_id, order.order_id, what);
  }
  ReturnProof::OrderFault OrderFault() {
    return
        [this](const base::Uuid& member_id, const base::Uuid& order_id, const std::string& what) {
          AddFault(base::EncodeId("mem", member_id), 0, 0,
                   absl::StrCat("the order ", base::EncodeId("ord", order_id), ": ", what));
        };
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

  const base::Clock& clock_;
  const ProgramRules& rules_;
  const std::optional<base::Uuid> only_;
  LedgerScan scan_;
  AdjustmentProof adjustments_;
  ReturnProof returns_;
  UnmatchedProof unmatched_;
  TierProof tiers_;
  int64_t first_bucket_;
  const int64_t last_bucket_;
  v1::VerifyLedgerResponse* const out_;
  std::vector<SealedRoot> roots_;
  std::vector<int64_t> days_;
  HourFolds folds_;
  RepeatedKeys entry_keys_;
  RepeatedKeys order_keys_;
  int64_t last_order_bucket_ = -1;
  base::Uuid last_order_;
};

// Looks until there is nothing left. One snapshot per look: heads, entries and what stands beside
// them must be of one instant.
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

// What no single member's wallets show: transfers that sum to zero, orders, tiers and seals.
absl::Status VerifyAll(const Deps& deps, const server::Call& call, Verifier& verifier) {
  LAUREL_RETURN_IF_ERROR(
      deps.pool.Read(call.deadline, [&](db::Tx& tx) { return verifier.Begin(tx); }));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextWallets));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextStrays));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextDay));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextOrders));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextUnmatched));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextTiers));
  verifier.End();
  return absl::OkStatus();
}

absl::Status VerifyMember(const Deps& deps, const server::Call& call, Verifier& verifier) {
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextWallets));
  LAUREL_RETURN_IF_ERROR(Each(deps, call, verifier, &Verifier::NextStrays));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) { return verifier.OrphansOfMember(tx); });
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
  Verifier verifier(deps.clock, *rules, only, response);
  LAUREL_RETURN_IF_ERROR(only ? VerifyMember(deps, call, verifier)
                              : VerifyAll(deps, call, verifier));
  response->set_valid(response->faults().empty());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
