#include "members-svc/store/adjustment_proof.h"

#include <utility>

#include "laurel/members/v1/adjustment.pb.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 5000;
constexpr int64_t kGraceUs = 60LL * 1000000;

// The adjustment that an entry carried out; such an entry bears its id as the content of its
// request. Zero: it was made by one person, or is another kind.
base::Uuid CarriedOutBy(const LedgerEntry& entry) {
  if (entry.kind != v1::ENTRY_KIND_ADJUSTMENT) return {};
  return base::DecodeId("adj", entry.content_hash).value_or(base::Uuid{});
}

// Less than was asked for is taken where the wallet type clamps.
bool Gives(const v1::WalletType& policy, const LedgerEntry& entry, int64_t delta) {
  if (entry.active_delta == delta) return true;
  return policy.below_zero() == v1::BELOW_ZERO_POLICY_CLAMP && entry.active_delta < 0 &&
         entry.active_delta > delta;
}

}  // namespace

absl::Status AdjustmentProof::ReadNamed(db::Tx& tx) {
  base::Uuid last;
  for (;;) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("verify_carried_out_adjustments",
                                                          rules_.program_id, last, kRowsAtOnce));
    for (size_t i = 0; i < rows.size(); ++i) {
      last = rows[i].Uuid(0);
      named_[last] = {.entry_id = rows[i].Uuid(1), .member_id = rows[i].Uuid(2)};
    }
    if (rows.size() < static_cast<size_t>(kRowsAtOnce)) return absl::OkStatus();
  }
}

std::string AdjustmentProof::FaultOf(const db::Row& row, const ScannedWallet& wallet,
                                     const LedgerEntry& entry, int64_t now_us) const {
  const WalletTypeRules* type = rules_.WalletTypeByNumber(wallet.id.wallet_no);
  v1::Entry detail;
  detail.ParseFromString(entry.detail);
  const base::Uuid member = row.Uuid(1);
  const bool its_own = wallet.of_household ? detail.member_id() == base::EncodeId("mem", member)
                                           : wallet.id.owner_id == member;
  const bool approved = row.Int(5) == v1::ADJUSTMENT_STATE_APPROVED && !row.IsNull(7) &&
                        !row.IsNull(8) && !row.IsNull(9);
  if (!approved || !its_own || type == nullptr || row.Text(2) != type->policy.code() ||
      !Gives(type->policy, entry, row.Int(3)) || row.Text(4) != detail.reason() ||
      detail.actor() != std::string(row.Text(6)) + " " + std::string(row.Text(7)) ||
      AdjustmentKeyOf(rules_.program_id, member, row.Uuid(9)) != entry.request_key) {
    return "its adjustment is not what the entry says";
  }
  if (row.IsNull(10)) {
    return entry.create_us > now_us - kGraceUs
               ? ""
               : "its adjustment does not say that it was carried out";
  }
  const base::Uuid id =
      EntryIdOf(wallet.id.owner_id, wallet.id.wallet_no, entry.create_us, entry.seq);
  return row.Uuid(10) == id ? "" : "its adjustment names another entry";
}

absl::Status AdjustmentProof::Check(db::Tx& tx, const std::vector<ScannedWallet>& wallets,
                                    int64_t now_us, const Fault& fault) {
  struct Place {
    const ScannedWallet* wallet = nullptr;
    const LedgerEntry* entry = nullptr;
  };
  absl::flat_hash_map<base::Uuid, Place> places;
  db::ArrayBuilder ids;
  for (const ScannedWallet& wallet : wallets) {
    for (const LedgerEntry& entry : wallet.entries) {
      const base::Uuid id = CarriedOutBy(entry);
      if (id.IsZero()) continue;
      named_.erase(id);
      if (places.emplace(id, Place{&wallet, &entry}).second) {
        ids.Add(id);
      } else {
        fault(wallet, entry.seq, "its adjustment was carried out before");
      }
    }
  }
  if (places.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_adjustments", rules_.program_id, ids.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto place = places.find(rows[i].Uuid(0));
    const auto& [wallet, entry] = place->second;
    std::string what = FaultOf(rows[i], *wallet, *entry, now_us);
    if (!what.empty()) fault(*wallet, entry->seq, std::move(what));
    places.erase(place);
  }
  for (const auto& [id, place] : places) {
    fault(*place.wallet, place.entry->seq, "its adjustment is missing");
  }
  return absl::OkStatus();
}

std::vector<AdjustmentProof::Missing> AdjustmentProof::NotFound() const {
  std::vector<Missing> out;
  for (const auto& [id, named] : named_) {
    const EntryPlace place = PlaceOf(named.entry_id);
    out.push_back({named.member_id, place.wallet_no, place.seq});
  }
  return out;
}

}  // namespace laurel::members
