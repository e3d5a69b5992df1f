#include <map>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/lot_replay.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/ledger_scan.h"

namespace laurel::members::handlers {
namespace {

struct Sums {
  int64_t active = 0;
  int64_t pending = 0;
  int64_t reserved = 0;
  int64_t wallets = 0;
  std::map<int64_t, int64_t> cohorts;
};

// False: overflow.
bool AddTo(int64_t& sum, int64_t more) {
  const auto total = money::Add(sum, more);
  if (total) sum = *total;
  return total.has_value();
}

// Months since the year 0.
int64_t MonthOf(int64_t time_us, absl::TimeZone zone) {
  const absl::CivilMonth month = absl::ToCivilMonth(absl::FromUnixMicros(time_us), zone);
  return month.year() * 12 + month.month() - 1;
}

std::string NameOfMonth(int64_t month) {
  if (month == kNoCohort) return "";
  return absl::StrFormat("%04d-%02d", month / 12, month % 12 + 1);
}

bool AddWallet(const ScannedWallet& wallet, absl::TimeZone zone, Sums& sums) {
  LotReplay replay([zone](const LedgerEntry& entry) { return MonthOf(entry.occur_us, zone); });
  for (const LedgerEntry& entry : wallet.entries) replay.Apply(entry);
  const Wallet& head = wallet.head;
  ++sums.wallets;
  bool fits = AddTo(sums.active, head.active) && AddTo(sums.pending, head.pending) &&
              AddTo(sums.reserved, head.reserved);
  for (const auto& [month, amount] :
       replay.Outstanding(head.active + head.pending + head.reserved)) {
    fits = fits && AddTo(sums.cohorts[month], amount);
  }
  return fits;
}

void Fill(const std::string& code, const Sums& sums, v1::WalletTypeLiability* out) {
  out->set_wallet_type(code);
  out->set_active(sums.active);
  out->set_pending(sums.pending);
  out->set_reserved(sums.reserved);
  out->set_wallet_count(sums.wallets);
  for (const auto& [month, amount] : sums.cohorts) {
    if (amount == 0) continue;
    v1::LiabilityCohort* cohort = out->add_cohorts();
    cohort->set_month(NameOfMonth(month));
    cohort->set_outstanding(amount);
  }
}

}  // namespace

absl::Status GetLiability(const Deps& deps, const server::Call& call,
                          const v1::GetLiabilityRequest& request,
                          v1::GetLiabilityResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  std::shared_ptr<const ProgramRules> rules;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(rules, deps.campaigns.Current(tx, program_id));
    return absl::OkStatus();
  }));
  int only = 0;
  if (!request.wallet_type().empty()) {
    LAUREL_ASSIGN_OR_RETURN(const auto* type, WalletTypeOf(*rules, request.wallet_type()));
    only = type->wallet_no;
  }
  std::map<int, Sums> sums;
  LedgerScan scan(program_id, std::nullopt);
  for (std::vector<ScannedWallet> wallets(1); !wallets.empty();) {
    if (call.Cancelled()) return absl::CancelledError("the caller has left");
    LAUREL_RETURN_IF_ERROR(deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(wallets, scan.Next(tx));
      return absl::OkStatus();
    }));
    for (const ScannedWallet& wallet : wallets) {
      if (only != 0 && wallet.id.wallet_no != only) continue;
      if (AddWallet(wallet, rules->time_zone, sums[wallet.id.wallet_no])) continue;
      return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                           "More is owed than can be counted.");
    }
  }
  std::map<std::string, Sums> by_code;
  for (const WalletTypeRules& type : rules->wallet_types) {
    if (only == 0 || only == type.wallet_no) by_code[type.policy.code()] = sums[type.wallet_no];
  }
  for (const auto& [code, sum] : by_code) Fill(code, sum, response->add_wallet_types());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
