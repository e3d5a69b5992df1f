#include <map>

#include "lib/status/error.h"
#include "members-svc/domain/verify.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kWalletsAtOnce = 500;
constexpr int kMaxFaults = 100;

using WalletKey = std::pair<base::Uuid, int>;

struct Chunk {
  std::vector<std::pair<WalletId, Wallet>> wallets;
  std::map<WalletKey, std::vector<LedgerEntry>> entries;
  std::map<WalletKey, int64_t> reserved;
};

// Wallets after a key, their entries and reservations, as of one snapshot.
class Verifier {
 public:
  Verifier(const ProgramRules& rules, std::optional<base::Uuid> only, v1::VerifyLedgerResponse* out)
      : rules_(rules), only_(only), out_(out) {}

  // False when there is nothing left.
  absl::StatusOr<bool> Next(db::Tx& tx) {
    Chunk chunk;
    LAUREL_ASSIGN_OR_RETURN(const bool more, Read(tx, chunk));
    if (!more) return false;
    AccountSums sums;
    for (const auto& [id, head] : chunk.wallets) {
      const WalletKey key{id.owner_id, id.wallet_no};
      const auto& entries = chunk.entries[key];
      for (WalletFault& fault : VerifyWallet(id, head, entries, chunk.reserved[key], sums)) {
        AddFault(id.owner_id, id.wallet_no, fault.seq, std::move(fault.what));
      }
      out_->set_wallet_count(out_->wallet_count() + 1);
      out_->set_entry_count(out_->entry_count() + static_cast<int64_t>(entries.size()));
    }
    out_->set_points_issued(out_->points_issued() + sums.issued);
    return true;
  }

  absl::Status Orphans(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_orphans", rules_.program_id, only_));
    for (size_t i = 0; i < rows.size(); ++i) {
      AddFault(rows[i].Uuid(0), static_cast<int>(rows[i].Int(1)), 0, "the wallet has no head");
    }
    return absl::OkStatus();
  }

 private:
  void AddFault(const base::Uuid& owner, int wallet_no, int64_t seq, std::string what) {
    if (out_->faults_size() >= kMaxFaults) return;
    auto* fault = out_->add_faults();
    fault->set_member_id(base::EncodeId("mem", owner));
    const WalletTypeRules* type = rules_.WalletTypeByNumber(wallet_no);
    if (type != nullptr) fault->set_wallet_type(type->policy.code());
    fault->set_seq(seq);
    fault->set_what(std::move(what));
  }

  absl::StatusOr<bool> Read(db::Tx& tx, Chunk& chunk) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_wallets", rules_.program_id, last_bucket_, last_owner_,
                                     last_number_, only_, kWalletsAtOnce));
    if (rows.empty()) return false;
    db::ArrayBuilder buckets, owners, numbers;
    for (size_t i = 0; i < rows.size(); ++i) {
      last_bucket_ = rows[i].Int(0);
      last_owner_ = rows[i].Uuid(1);
      last_number_ = rows[i].Int(2);
      const WalletId id{rules_.program_id, last_owner_, static_cast<int>(last_number_)};
      LAUREL_ASSIGN_OR_RETURN(Wallet head, WalletOf(rows[i], 3));
      chunk.wallets.emplace_back(id, std::move(head));
      buckets.Add(last_bucket_);
      owners.Add(last_owner_);
      numbers.Add(last_number_);
    }
    const std::string bucket_array = buckets.Take();
    const std::string owner_array = owners.Take();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows entries,
                            tx.Query("verify_entries", bucket_array, owner_array, numbers.Take()));
    for (size_t i = 0; i < entries.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry written, EntryOf(entries[i]));
      chunk.entries[{written.wallet.owner_id, written.wallet.wallet_no}].push_back(
          std::move(written.entry));
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows held,
                            tx.Query("verify_reservations", bucket_array, owner_array));
    for (size_t i = 0; i < held.size(); ++i) {
      chunk.reserved[{held[i].Uuid(0), static_cast<int>(held[i].Int(1))}] = held[i].Int(2);
    }
    return true;
  }

  const ProgramRules& rules_;
  const std::optional<base::Uuid> only_;
  v1::VerifyLedgerResponse* const out_;
  int64_t last_bucket_ = -1;
  base::Uuid last_owner_;
  int64_t last_number_ = 0;
};

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
  for (bool more = true; more;) {
    if (call.Cancelled()) return absl::CancelledError("the caller has left");
    // One snapshot per chunk: heads, entries and reservations must be of one instant.
    LAUREL_RETURN_IF_ERROR(deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(more, verifier.Next(tx));
      return absl::OkStatus();
    }));
  }
  LAUREL_RETURN_IF_ERROR(
      deps.pool.Read(call.deadline, [&](db::Tx& tx) { return verifier.Orphans(tx); }));
  response->set_valid(response->faults().empty());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
