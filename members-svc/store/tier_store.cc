#include "members-svc/store/tier_store.h"

#include <algorithm>
#include <utility>

#include "laurel/members/v1/order_return.pb.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_history.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/store/member_keys.h"
#include "members-svc/store/order_history.h"

namespace laurel::members {
namespace {

using States = std::vector<TierMemberState>;
using Places = absl::flat_hash_map<base::Uuid, TierMemberState*>;

MemberTierRow RowOf(const db::Row& row) {
  MemberTierRow out;
  if (row.IsNull(13)) return out;
  out.tier = row.Text(3);
  out.since_us = row.Int(4);
  out.value = row.Int(5);
  out.rule_version = static_cast<int>(row.Int(6));
  out.newest_version = static_cast<int>(row.Int(7));
  out.manual = row.Bool(8);
  out.seen_us = row.Int(9);
  out.next_look_us = row.Int(10);
  out.warned_us = row.Int(11);
  out.told_us = row.Int(12);
  out.version = row.Int(13);
  return out;
}

absl::Status ReadGiven(db::Tx& tx, const StoredTierSet& set, const MemberKeys& keys,
                       Places& places) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_manual_tiers", keys.buckets, keys.ids, set.set_no));
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto place = places.find(rows[i].Uuid(0));
    if (place == places.end()) continue;
    const GivenTier given{.tier = std::string(rows[i].Text(1)),
                          .from_us = rows[i].Int(2),
                          .end_us = rows[i].IsNull(3) ? kNoTime : rows[i].Int(3)};
    place->second->history.given.push_back(given);
    place->second->given.push_back(
        {given, std::string(rows[i].Text(4)), std::string(rows[i].Text(5))});
  }
  return absl::OkStatus();
}

using NotTakenOf = absl::flat_hash_map<base::Uuid, std::vector<NotTaken>>;

// What returned orders had earned in the tier set's wallets and no entry took back.
absl::StatusOr<NotTakenOf> ReadNotTaken(db::Tx& tx, const StoredTierSet& set,
                                        const MemberKeys& keys, Places& places) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_tier_returns", keys.buckets, keys.ids));
  NotTakenOf out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto place = places.find(rows[i].Uuid(0));
    if (place == places.end()) continue;
    place->second->seen_us = std::max(place->second->seen_us, rows[i].Int(1));
    v1::OrderReturn returned;
    if (!returned.ParseFromString(rows[i].Bytes(2))) {
      return absl::InternalError("a stored return does not parse");
    }
    for (const v1::ReturnedEntry& entry : returned.entries()) {
      const auto id = base::DecodeId("ent", entry.entry_id());
      if (entry.refund() || !id || PlaceOf(*id).wallet_no != set.wallet_no) continue;
      for (const v1::NotMoved& not_moved : entry.not_moved()) {
        // What had been taken back before has an entry of its own.
        if (not_moved.reason() == v1::NOT_MOVED_REASON_CORRECTED) continue;
        out[rows[i].Uuid(0)].push_back({PlaceOf(*id).seq, not_moved.points()});
      }
    }
  }
  return out;
}

absl::Status ReadEarned(db::Tx& tx, const StoredTierSet& set, const MemberKeys& keys,
                        Places& places) {
  // Returns first: those that are seen have their entries among those that are read next.
  LAUREL_ASSIGN_OR_RETURN(const NotTakenOf not_taken, ReadNotTaken(tx, set, keys, places));
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_tier_entries", keys.buckets, keys.ids, set.wallet_no));
  absl::flat_hash_map<base::Uuid, std::vector<EarningEntry>> entries;
  for (size_t i = 0; i < rows.size(); ++i) {
    entries[rows[i].Uuid(0)].push_back({.seq = rows[i].Int(1),
                                        .kind = static_cast<v1::EntryKind>(rows[i].Int(2)),
                                        .occur_us = rows[i].Int(3),
                                        .delta = rows[i].Int(4),
                                        .activate_us = rows[i].IsNull(5) ? 0 : rows[i].Int(5),
                                        .refunded_seq = rows[i].IsNull(6) ? 0 : rows[i].Int(6)});
  }
  for (const auto& [member, of_member] : entries) {
    const auto place = places.find(member);
    if (place == places.end()) continue;
    const auto found = not_taken.find(member);
    place->second->history.amounts = EarnedAmounts(
        of_member, found == not_taken.end() ? std::vector<NotTaken>() : found->second);
  }
  return absl::OkStatus();
}

absl::Status ReadBought(db::Tx& tx, const StoredTierSet& set, const MemberKeys& keys,
                        Places& places) {
  const v1::TierMetric metric = set.newest().metric();
  const bool with_store = metric == v1::TIER_METRIC_VISITS;
  LAUREL_ASSIGN_OR_RETURN(const auto histories,
                          ReadOrderHistory(tx, keys.buckets, keys.ids, with_store));
  for (const auto& [member, history] : histories) {
    const auto place = places.find(member);
    if (place == places.end()) continue;
    place->second->seen_us = std::max(place->second->seen_us, history.seen_us);
    std::vector<BoughtOrder> orders;
    for (const PastOrder& order : history.orders) orders.push_back(order.bought);
    place->second->history.amounts = BoughtAmounts(metric, orders, set.zone);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TierMemberState>> ReadTierMembers(
    db::Tx& tx, const StoredTierSet& set, const std::vector<base::Uuid>& members) {
  const MemberKeys keys(members);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("read_tier_members", keys.buckets, keys.ids,
                                                        set.program_id, set.set_no, set.wallet_no));
  States states(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    states[i].member_id = rows[i].Uuid(0);
    states[i].history.versions = set.versions;
    states[i].history.zone = set.zone;
    states[i].history.join_us = rows[i].Int(1);
    if (!rows[i].IsNull(2)) states[i].seen_us = rows[i].Int(2);
    states[i].row = RowOf(rows[i]);
  }
  std::sort(states.begin(), states.end(), [](const TierMemberState& a, const TierMemberState& b) {
    return a.member_id < b.member_id;
  });
  Places places;
  for (TierMemberState& state : states) places[state.member_id] = &state;
  LAUREL_RETURN_IF_ERROR(ReadGiven(tx, set, keys, places));
  LAUREL_RETURN_IF_ERROR(set.wallet_no != 0 ? ReadEarned(tx, set, keys, places)
                                            : ReadBought(tx, set, keys, places));
  return states;
}

absl::Status WriteMemberTiers(db::Tx& tx, const StoredTierSet& set,
                              const std::vector<NewMemberTier>& rows) {
  if (rows.empty()) return absl::OkStatus();
  const auto column = [&](auto value) {
    return db::ArrayOf(rows, [&](const NewMemberTier& one) { return value(one.row); });
  };
  const auto ids = [](const NewMemberTier& one) { return one.member_id; };
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows written,
      tx.Query("write_member_tiers", set.program_id, set.set_no, set.newest().version(),
               db::ArrayOf(rows, [](const auto& one) { return base::BucketOf(one.member_id); }),
               db::ArrayOf(rows, ids),
               column([](const auto& row) { return std::string_view(row.tier); }),
               column([](const auto& row) { return row.since_us; }),
               column([](const auto& row) { return row.value; }),
               column([](const auto& row) { return row.rule_version; }),
               column([](const auto& row) { return row.manual ? 1 : 0; }),
               column([](const auto& row) { return row.seen_us; }),
               column([](const auto& row) { return row.next_look_us; }),
               column([](const auto& row) { return row.warned_us; }),
               column([](const auto& row) { return row.told_us; }),
               column([](const auto& row) { return row.version; })));
  if (written.affected() == rows.size()) return absl::OkStatus();
  return db::Conflict("a member's tier was evaluated meanwhile");
}

absl::StatusOr<std::vector<base::Uuid>> FindTierMembers(db::Tx& tx, const StoredTierSet& set,
                                                        const TierSearch& search) {
  const char* find =
      set.wallet_no != 0 ? "find_tier_members_by_wallet" : "find_tier_members_by_orders";
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query(find, search.bucket, set.program_id, set.set_no, search.after,
               set.newest().version(), search.at_us,
               set.wallet_no != 0 ? set.wallet_no : search.since_day, search.limit));
  std::vector<base::Uuid> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(rows[i].Uuid(0));
  return out;
}

}  // namespace laurel::members
