#include "members-svc/store/tier_proof.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 500;
constexpr int64_t kMinuteUs = 60LL * 1000000;

bool KnowsTier(const StoredTierSet& set, const std::string& code) {
  return std::any_of(set.versions.begin(), set.versions.end(), [&](const auto& version) {
    const auto& tiers = version->set.tiers();
    return std::any_of(tiers.begin(), tiers.end(),
                       [&](const v1::Tier& tier) { return tier.code() == code; });
  });
}

// Whether nothing has happened since the row was written that would change it.
bool IsOfNow(const StoredTierSet& set, const TierMemberState& member, int64_t now_us) {
  return member.row.newest_version == set.newest().version() &&
         member.row.seen_us == member.seen_us && member.seen_us < now_us - kMinuteUs &&
         member.row.next_look_us > now_us;
}

std::string FaultOf(const StoredTierSet& set, const TierMemberState& member, absl::Time now) {
  const MemberTierRow& row = member.row;
  if (!KnowsTier(set, row.tier)) return "no version has its tier";
  if (row.newest_version > set.newest().version()) return "its version is not there";
  if (row.seen_us > member.seen_us) return "what it was made from is not there";
  if (!IsOfNow(set, member, absl::ToUnixMicros(now))) return "";
  const TierStanding standing = TierAt(member.history, member.AsOf(now));
  const std::string& tier = TierCode(member.history, standing.version, standing.tier);
  if (row.tier != tier) {
    return absl::StrCat("it says ", row.tier, " where the history says ", tier);
  }
  return row.since_us == standing.since_us ? "" : "its time is not that of the history";
}

}  // namespace

absl::StatusOr<bool> TierProof::Next(db::Tx& tx, absl::Time now, const Fault& fault) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_member_tiers", program_id_, last_bucket_, last_member_,
                                   last_set_no_, kRowsAtOnce));
  if (rows.empty()) return false;
  std::map<int64_t, std::vector<base::Uuid>> by_set;
  for (size_t i = 0; i < rows.size(); ++i) {
    last_bucket_ = rows[i].Int(0);
    last_member_ = rows[i].Uuid(1);
    last_set_no_ = rows[i].Int(2);
    by_set[last_set_no_].push_back(last_member_);
  }
  LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program_id_));
  for (const auto& [set_no, members] : by_set) {
    const auto set = std::find_if(sets.begin(), sets.end(),
                                  [no = set_no](const auto& one) { return one.set_no == no; });
    if (set != sets.end()) {
      LAUREL_RETURN_IF_ERROR(Check(tx, *set, members, now, fault));
      continue;
    }
    for (const base::Uuid& member : members) {
      fault(member, absl::StrCat("its tier in tier set ", set_no, ": there is no such tier set"));
    }
  }
  return true;
}

absl::Status TierProof::Check(db::Tx& tx, const StoredTierSet& set,
                              const std::vector<base::Uuid>& members, absl::Time now,
                              const Fault& fault) {
  const auto tell = [&](const base::Uuid& member, const std::string& what) {
    fault(member, absl::StrCat("its tier in ", set.newest().code(), ": ", what));
  };
  LAUREL_ASSIGN_OR_RETURN(const auto states, ReadTierMembers(tx, set, members));
  absl::flat_hash_set<base::Uuid> found;
  for (const TierMemberState& member : states) {
    found.insert(member.member_id);
    const std::string what = FaultOf(set, member, now);
    if (!what.empty()) tell(member.member_id, what);
  }
  for (const base::Uuid& member : members) {
    if (!found.contains(member)) tell(member, "the programme has no such member");
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
