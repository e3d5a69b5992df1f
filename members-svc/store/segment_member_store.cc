#include "members-svc/store/segment_member_store.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/daily.h"
#include "members-svc/store/member_keys.h"
#include "members-svc/store/order_history.h"

namespace laurel::members {
namespace {

using States = std::vector<SegmentMemberState>;
using Places = absl::flat_hash_map<base::Uuid, SegmentMemberState*>;

SegmentLook LookOf(const db::Row& row) {
  SegmentLook out;
  if (row.IsNull(12)) return out;
  out.rules_version = static_cast<int>(row.Int(2));
  out.seen_us = row.Int(3);
  out.tier_mark = row.Int(4);
  out.attribute_mark = row.Int(5);
  out.next_look_us = row.Int(6);
  out.stage = static_cast<int>(row.Int(7));
  if (!row.IsNull(8)) out.last_day = static_cast<int>(row.Int(8));
  out.orders = row.Int(9);
  out.minor_units = row.Int(10);
  out.told_us = row.Int(11);
  out.version = row.Int(12);
  return out;
}

Places PlacesOf(States& states) {
  Places places;
  for (SegmentMemberState& state : states) places[state.member_id] = &state;
  return places;
}

Purchase PurchaseOf(PastOrder& order, absl::TimeZone zone) {
  Purchase out;
  out.occur_us = order.bought.occur_us;
  out.day = DayNumberOf(absl::FromUnixMicros(out.occur_us), zone);
  out.minor_units = order.bought.left_minor_units;
  out.store = std::move(order.bought.store);
  if (order.content) out.lines = LinesLeft(*order.content, order.returned_lines);
  return out;
}

absl::Status ReadPurchases(db::Tx& tx, const SegmentRules& rules, const SegmentNeeds& needs,
                           const MemberKeys& keys, const Places& places) {
  LAUREL_ASSIGN_OR_RETURN(auto histories,
                          ReadOrderHistory(tx, keys.buckets, keys.ids, needs.lines));
  for (auto& [member, history] : histories) {
    const auto place = places.find(member);
    if (place == places.end()) continue;
    place->second->seen_us = history.seen_us;
    std::vector<Purchase>& purchases = place->second->facts.purchases;
    for (PastOrder& order : history.orders) {
      if (order.bought.anything_left) purchases.push_back(PurchaseOf(order, rules.zone));
    }
    std::stable_sort(purchases.begin(), purchases.end(),
                     [](const Purchase& a, const Purchase& b) { return a.occur_us < b.occur_us; });
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SegmentMemberState>> ReadSegmentRows(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<base::Uuid>& members) {
  const MemberKeys keys(members);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_segment_looks", keys.buckets, keys.ids, program_id));
  States states(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    states[i].member_id = rows[i].Uuid(0);
    states[i].facts.join_us = rows[i].Int(1);
    states[i].look = LookOf(rows[i]);
    states[i].tier_mark = rows[i].Int(13);
    states[i].attribute_mark = rows[i].Int(14);
  }
  std::sort(states.begin(), states.end(),
            [](const auto& a, const auto& b) { return a.member_id < b.member_id; });
  const Places places = PlacesOf(states);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows in,
                          tx.Query("read_segment_memberships", keys.buckets, keys.ids));
  for (size_t i = 0; i < in.size(); ++i) {
    const auto place = places.find(in[i].Uuid(0));
    if (place != places.end()) place->second->in[in[i].Uuid(1)] = in[i].Int(2);
  }
  return states;
}

absl::StatusOr<std::vector<SegmentMemberState>> ReadSegmentMembers(
    db::Tx& tx, const SegmentRules& rules, const std::vector<base::Uuid>& members,
    const BirthdayKeys* birthdays, bool keep) {
  const SegmentNeeds needs = rules.needs();
  LAUREL_ASSIGN_OR_RETURN(States states, ReadSegmentRows(tx, rules.program_id, members));
  const MemberKeys keys(members);
  const Places places = PlacesOf(states);
  for (SegmentMemberState& state : states) state.facts.zone = rules.zone;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows tiers, tx.Query("read_member_tier_codes", keys.buckets,
                                                         keys.ids, rules.program_id));
  for (size_t i = 0; i < tiers.size(); ++i) {
    const auto place = places.find(tiers[i].Uuid(0));
    if (place == places.end()) continue;
    place->second->facts.tiers[std::string(tiers[i].Text(1))] = tiers[i].Text(2);
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows attributes,
                          tx.Query("read_attributes_of", keys.buckets, keys.ids));
  for (size_t i = 0; i < attributes.size(); ++i) {
    const auto place = places.find(attributes[i].Uuid(0));
    if (place == places.end()) continue;
    place->second->facts.attributes[std::string(attributes[i].Text(1))] = attributes[i].Text(2);
  }
  if (needs.birthday && birthdays != nullptr) {
    LAUREL_ASSIGN_OR_RETURN(const auto days,
                            ReadBirthdays(tx, *birthdays, rules.program_id, members, keep));
    for (SegmentMemberState& state : states) {
      const auto day = days.find(state.member_id);
      if (day != days.end()) state.facts.birthday = day->second;
    }
  }
  LAUREL_RETURN_IF_ERROR(ReadPurchases(tx, rules, needs, keys, places));
  return states;
}

absl::Status WriteSegmentLooks(db::Tx& tx, const base::Uuid& program_id,
                               const std::vector<NewSegmentLook>& rows) {
  if (rows.empty()) return absl::OkStatus();
  const auto column = [&](auto value) {
    return db::ArrayOf(rows, [&](const NewSegmentLook& one) { return value(one.look); });
  };
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows written,
      tx.Query("write_segment_looks", program_id,
               db::ArrayOf(rows, [](const auto& one) { return base::BucketOf(one.member_id); }),
               db::ArrayOf(rows, [](const auto& one) { return one.member_id; }),
               column([](const auto& look) { return look.rules_version; }),
               column([](const auto& look) { return look.seen_us; }),
               column([](const auto& look) { return look.tier_mark; }),
               column([](const auto& look) { return look.attribute_mark; }),
               column([](const auto& look) { return look.next_look_us; }),
               column([](const auto& look) { return look.stage; }),
               column([](const auto& look) { return look.last_day.value_or(-1); }),
               column([](const auto& look) { return look.orders; }),
               column([](const auto& look) { return look.minor_units; }),
               column([](const auto& look) { return look.told_us; }),
               column([](const auto& look) { return look.version; })));
  if (written.affected() == rows.size()) return absl::OkStatus();
  return db::Conflict("a member's segments were evaluated meanwhile");
}

absl::Status WriteMemberships(db::Tx& tx, const base::Uuid& program_id, absl::Time now,
                              const std::vector<SegmentMove>& entered,
                              const std::vector<SegmentMove>& left) {
  const auto buckets = [](const std::vector<SegmentMove>& rows) {
    return db::ArrayOf(rows, [](const auto& one) { return base::BucketOf(one.member_id); });
  };
  const auto members = [](const std::vector<SegmentMove>& rows) {
    return db::ArrayOf(rows, [](const auto& one) { return one.member_id; });
  };
  const auto segments = [](const std::vector<SegmentMove>& rows) {
    return db::ArrayOf(rows, [](const auto& one) { return one.segment_id; });
  };
  if (!entered.empty()) {
    LAUREL_RETURN_IF_ERROR(tx.Query("insert_segment_members", program_id, now, buckets(entered),
                                    members(entered), segments(entered))
                               .status());
  }
  if (left.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows gone, tx.Query("delete_segment_members", buckets(left),
                                                        members(left), segments(left)));
  if (gone.affected() == left.size()) return absl::OkStatus();
  return db::Conflict("a member had left the segment meanwhile");
}

absl::StatusOr<std::vector<base::Uuid>> FindSegmentCandidates(db::Tx& tx, const SegmentRules& rules,
                                                              const SegmentSearch& search) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_segment_candidates", search.bucket, rules.program_id, search.after,
               rules.version, search.at_us, search.since_day, search.limit));
  std::vector<base::Uuid> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(rows[i].Uuid(0));
  return out;
}

}  // namespace laurel::members
