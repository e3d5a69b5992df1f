#include "members-svc/store/tier_set_store.h"

#include <memory>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/store/program_store.h"

namespace laurel::members {
namespace {

int WalletNoOf(const v1::TierSet& set, const std::vector<WalletTypeRules>& wallet_types) {
  if (set.metric() != v1::TIER_METRIC_POINTS_EARNED) return 0;
  for (const WalletTypeRules& type : wallet_types) {
    if (type.policy.code() == set.wallet_type()) return type.wallet_no;
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::vector<StoredTierSet>> ListTierSetRows(db::Tx& tx,
                                                           const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow program, GetProgramRow(tx, program_id));
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(program.program.time_zone(), &zone)) {
    return absl::InternalError("unknown time zone of a programme");
  }
  LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program_id));
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_tier_set_versions", program_id));
  std::vector<StoredTierSet> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto rules = std::make_shared<TierRules>();
    if (!rules->set.ParseFromString(rows[i].Bytes(2))) {
      return absl::InternalError("a stored tier set does not parse");
    }
    if (!rows[i].IsNull(1)) rules->from_us = rows[i].Int(1);
    const int set_no = static_cast<int>(rows[i].Int(0));
    if (out.empty() || out.back().set_no != set_no) {
      out.push_back({.program_id = program_id,
                     .set_no = set_no,
                     .zone = zone,
                     .wallet_no = WalletNoOf(rules->set, wallet_types),
                     .versions = {},
                     .authors = {}});
    }
    out.back().versions.push_back(std::move(rules));
    out.back().authors.emplace_back(rows[i].Text(3));
  }
  return out;
}

absl::StatusOr<StoredTierSet> GetTierSetRow(db::Tx& tx, const base::Uuid& program_id,
                                            std::string_view code) {
  LAUREL_ASSIGN_OR_RETURN(std::vector<StoredTierSet> sets, ListTierSetRows(tx, program_id));
  for (StoredTierSet& set : sets) {
    if (set.newest().code() == code) return std::move(set);
  }
  return TierSetNotFound();
}

absl::Status TierSetNotFound() {
  return status::NotFound("TIER_SET_NOT_FOUND", "There is no such tier set.");
}

absl::Status StoreTierSet(db::Tx& tx, const base::Uuid& program_id, int set_no,
                          const v1::TierSet& set, std::string_view principal) {
  auto written = set.version() == 1
                     ? tx.Query("insert_tier_set", program_id, set_no, set.code())
                     : tx.Query("update_tier_set", program_id, set_no, set.version());
  LAUREL_RETURN_IF_ERROR(written.status());
  if (written->affected() != 1) return db::Conflict("the tier set has a newer version");
  std::optional<absl::Time> start;
  if (set.has_start_time()) start = base::FromTimestamp(set.start_time());
  return tx
      .Query("insert_tier_set_version", program_id, set_no, set.version(), start,
             db::Bytes{set.SerializeAsString()}, principal, base::FromTimestamp(set.update_time()))
      .status();
}

}  // namespace laurel::members
