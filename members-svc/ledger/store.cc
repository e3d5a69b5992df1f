#include <algorithm>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/ledger/store_events.h"
#include "members-svc/ledger/store_grants.h"
#include "members-svc/ledger/store_occurrences.h"

namespace laurel::members {
namespace {

using Int16s = db::ColumnBuilder<int16_t>;
using Int32s = db::ColumnBuilder<int32_t>;
using Int64s = db::ColumnBuilder<int64_t>;
using Uuids = db::ColumnBuilder<base::Uuid>;
using Bytes = db::ColumnBuilder<db::Bytes>;

void AddOrNull(Uuids& out, const base::Uuid& id) {
  if (id.IsZero()) {
    out.AddNull();
  } else {
    out.Add(id);
  }
}
void AddOrNull(Int64s& out, int64_t value, int64_t null_value) {
  if (value == null_value) {
    out.AddNull();
  } else {
    out.Add(value);
  }
}
void AddOrNull(Bytes& out, const std::string& bytes) {
  if (bytes.empty()) {
    out.AddNull();
  } else {
    out.Add(db::Bytes{bytes});
  }
}

// The arrays of update_heads and insert_heads.
struct HeadArrays {
  Int32s buckets;
  Uuids owners, programs;
  Int16s numbers;
  Int64s expected, seq, active, pending, reserved, earned, spent, expired, reversed, adjusted, last,
      due;
  Bytes hash, lots;
  db::ColumnBuilder<db::Place> places;
  size_t count = 0;

  void Add(const WalletState& state) {
    const Wallet& wallet = state.wallet;
    buckets.Add(state.bucket);
    owners.Add(state.id.owner_id);
    numbers.Add(static_cast<int16_t>(state.id.wallet_no));
    programs.Add(state.id.program_id);
    expected.Add(state.loaded_seq);
    seq.Add(wallet.seq);
    active.Add(wallet.active);
    pending.Add(wallet.pending);
    reserved.Add(wallet.reserved);
    earned.Add(wallet.lifetime_earned);
    spent.Add(wallet.lifetime_spent);
    expired.Add(wallet.lifetime_expired);
    reversed.Add(wallet.lifetime_reversed);
    adjusted.Add(wallet.lifetime_adjusted);
    last.Add(wallet.last_us);
    due.Add(NextDueUs(wallet.lots));
    hash.Add(db::Bytes{wallet.hash});
    lots.Add(db::Bytes{PackLots(wallet.lots)});
    places.Add(state.place);
    ++count;
  }
};

// The arrays of update_campaign_counters and insert_campaign_counters.
struct CounterArrays {
  Int32s buckets;
  Uuids members, campaigns, programs;
  Int64s periods, points, orders, amounts, read_points, read_orders, read_amounts;
  db::ColumnBuilder<db::Place> places;

  void Add(const CounterKey& key, const base::Uuid& program_id, const CounterState& counter) {
    buckets.Add(base::BucketOf(key.first));
    members.Add(key.first);
    campaigns.Add(key.second.campaign_id);
    periods.Add(absl::ToUnixMicros(key.second.period_start));
    programs.Add(program_id);
    points.Add(counter.now.points);
    orders.Add(counter.now.orders);
    amounts.Add(counter.now.amount);
    read_points.Add(counter.loaded.points);
    read_orders.Add(counter.loaded.orders);
    read_amounts.Add(counter.loaded.amount);
    places.Add(counter.place);
  }
};

void StoreHeads(db::Pipeline& tx, const BatchState& state) {
  std::vector<const WalletState*> changed;
  for (const auto& [key, head] : state.wallets) {
    if (head->wallet.seq != head->loaded_seq) changed.push_back(head.get());
  }
  std::sort(changed.begin(), changed.end(), [](const WalletState* a, const WalletState* b) {
    return std::tie(a->bucket, a->id.owner_id, a->id.wallet_no) <
           std::tie(b->bucket, b->id.owner_id, b->id.wallet_no);
  });
  HeadArrays updates;
  HeadArrays inserts;
  for (const WalletState* head : changed) (head->exists ? updates : inserts).Add(*head);
  if (updates.count > 0) {
    tx.Send("update_heads", updates.owners.Take(), updates.numbers.Take(), updates.expected.Take(),
            updates.seq.Take(), updates.active.Take(), updates.pending.Take(),
            updates.reserved.Take(), updates.earned.Take(), updates.spent.Take(),
            updates.expired.Take(), updates.last.Take(), updates.hash.Take(), updates.lots.Take(),
            updates.reversed.Take(), updates.adjusted.Take(), updates.due.Take(),
            updates.places.Take());
  }
  if (inserts.count == 0) return;
  tx.Send("insert_heads", inserts.buckets.Take(), inserts.owners.Take(), inserts.numbers.Take(),
          inserts.programs.Take(), inserts.seq.Take(), inserts.active.Take(),
          inserts.pending.Take(), inserts.reserved.Take(), inserts.earned.Take(),
          inserts.spent.Take(), inserts.expired.Take(), inserts.last.Take(), inserts.hash.Take(),
          inserts.lots.Take(), inserts.reversed.Take(), inserts.adjusted.Take(),
          inserts.due.Take());
}

void StoreEntries(db::Pipeline& tx, const BatchState& state) {
  if (state.entries.empty()) return;
  Int32s buckets;
  Int16s numbers, kind, account;
  Int64s seq, create, occur, active, pending, reserved, active_after, pending_after, reserved_after;
  Int64s activate, expire, refunded;
  Uuids owners, programs, orders, reservations, keys;
  Bytes hashes, details, lots, chain;
  for (const WrittenEntry& written : state.entries) {
    const LedgerEntry& entry = written.entry;
    buckets.Add(written.bucket);
    owners.Add(written.wallet.owner_id);
    numbers.Add(static_cast<int16_t>(written.wallet.wallet_no));
    seq.Add(entry.seq);
    kind.Add(static_cast<int16_t>(entry.kind));
    account.Add(static_cast<int16_t>(entry.account));
    programs.Add(written.wallet.program_id);
    create.Add(entry.create_us);
    occur.Add(entry.occur_us);
    active.Add(entry.active_delta);
    pending.Add(entry.pending_delta);
    reserved.Add(entry.reserved_delta);
    active_after.Add(entry.active_after);
    pending_after.Add(entry.pending_after);
    reserved_after.Add(entry.reserved_after);
    AddOrNull(activate, entry.activate_us, 0);
    AddOrNull(expire, entry.expire_us, kNeverUs);
    AddOrNull(orders, entry.order_id);
    AddOrNull(reservations, entry.reservation_id);
    AddOrNull(refunded, entry.refunded_seq, 0);
    AddOrNull(keys, entry.request_key);
    AddOrNull(hashes, entry.content_hash);
    AddOrNull(details, entry.detail);
    AddOrNull(lots, PackLots(entry.lots));
    chain.Add(db::Bytes{entry.hash});
  }
  tx.SendDay("insert_entries", DayOf(absl::FromUnixMicros(state.now_us)), buckets.Take(),
             owners.Take(), numbers.Take(), seq.Take(), kind.Take(), account.Take(),
             programs.Take(), create.Take(), occur.Take(), active.Take(), pending.Take(),
             reserved.Take(), active_after.Take(), pending_after.Take(), reserved_after.Take(),
             activate.Take(), expire.Take(), orders.Take(), reservations.Take(), refunded.Take(),
             keys.Take(), hashes.Take(), details.Take(), lots.Take(), chain.Take());
}

void StoreOrders(db::Pipeline& tx, const BatchState& state) {
  if (state.orders.empty()) return;
  Int32s buckets;
  Uuids ids, programs, members, keys;
  Int64s create, occur, totals;
  Bytes hashes, contents;
  for (const StoredOrder& order : state.orders) {
    buckets.Add(base::BucketOf(order.member_id));
    ids.Add(order.order_id);
    programs.Add(order.program_id);
    members.Add(order.member_id);
    create.Add(order.create_us);
    occur.Add(order.occur_us);
    totals.Add(order.total_minor_units);
    keys.Add(order.request_key);
    hashes.Add(db::Bytes{order.content_hash});
    contents.Add(db::Bytes{order.content});
  }
  tx.SendDay("insert_orders", DayOf(absl::FromUnixMicros(state.now_us)), buckets.Take(), ids.Take(),
             programs.Take(), members.Take(), create.Take(), occur.Take(), totals.Take(),
             keys.Take(), hashes.Take(), contents.Take());
  Int32s key_buckets;
  Uuids directory_keys, directory_programs, directory_orders;
  for (size_t i = 0; i < state.orders.size(); ++i) {
    key_buckets.Add(base::BucketOf(state.new_directory[i]));
    directory_keys.Add(state.new_directory[i]);
    directory_programs.Add(state.orders[i].program_id);
    directory_orders.Add(state.orders[i].order_id);
    if (!state.orders[i].request_in_directory) continue;
    key_buckets.Add(base::BucketOf(state.orders[i].request_key));
    directory_keys.Add(state.orders[i].request_key);
    directory_programs.Add(state.orders[i].program_id);
    directory_orders.Add(state.orders[i].order_id);
  }
  for (const OrderSpend& spend : state.order_spends) {
    key_buckets.Add(base::BucketOf(spend.key));
    directory_keys.Add(spend.key);
    directory_programs.Add(spend.program_id);
    directory_orders.Add(spend.order_id);
  }
  tx.Send("insert_order_directory", key_buckets.Take(), directory_keys.Take(),
          directory_programs.Take(), directory_orders.Take());
}

void StoreAttached(db::Pipeline& tx, const BatchState& state) {
  Int32s buckets;
  Uuids ids, attached, members;
  Int64s times;
  for (const StoredOrder& order : state.orders) {
    if (order.unmatched_id.IsZero()) continue;
    buckets.Add(BucketOfOrder(order.unmatched_id));
    ids.Add(order.unmatched_id);
    attached.Add(order.order_id);
    members.Add(order.member_id);
    times.Add(order.create_us);
  }
  if (buckets.size() == 0) return;
  tx.Send("attach_unmatched_orders", buckets.Take(), ids.Take(), attached.Take(), members.Take(),
          times.Take());
}

std::tuple<base::Uuid, base::Uuid, absl::Time> PlaceInOrder(const CounterKey& key) {
  return {key.first, key.second.campaign_id, key.second.period_start};
}

// In one order always, so that two batches never wait for each other.
void StoreCounters(db::Pipeline& tx, const BatchState& state) {
  std::vector<std::pair<const CounterKey*, const CounterState*>> changed;
  for (const auto& [key, counter] : state.counters) {
    if (counter.now != counter.loaded) changed.emplace_back(&key, &counter);
  }
  std::sort(changed.begin(), changed.end(), [](const auto& a, const auto& b) {
    return PlaceInOrder(*a.first) < PlaceInOrder(*b.first);
  });
  CounterArrays updates;
  CounterArrays inserts;
  for (const auto& [key, counter] : changed) {
    // Not of a member: of all members of the programme.
    const auto owner = state.members.find(key->first);
    const bool of_all = owner == state.members.end();
    (counter->exists ? updates : inserts)
        .Add(*key, of_all ? key->first : owner->second.program_id, *counter);
  }
  if (updates.buckets.size() > 0) {
    tx.Send("update_campaign_counters", updates.members.Take(), updates.campaigns.Take(),
            updates.periods.Take(), updates.points.Take(), updates.orders.Take(),
            updates.amounts.Take(), updates.read_points.Take(), updates.read_orders.Take(),
            updates.read_amounts.Take(), updates.places.Take());
  }
  if (inserts.buckets.size() == 0) return;
  tx.Send("insert_campaign_counters", inserts.buckets.Take(), inserts.members.Take(),
          inserts.campaigns.Take(), inserts.periods.Take(), inserts.programs.Take(),
          inserts.points.Take(), inserts.orders.Take(), inserts.amounts.Take());
}

void StoreReservations(db::Pipeline& tx, const BatchState& state) {
  Int32s buckets, end_buckets;
  Uuids ids, programs, owners, end_ids;
  Int16s numbers, states, end_states;
  Int64s amounts, captured, create, expire, ends, end_captured, end_times;
  Bytes lots;
  size_t made = 0;
  size_t ended = 0;
  for (const auto& [id, r] : state.reservations) {
    if (r.is_new) {
      buckets.Add(base::BucketOf(r.owner_id));
      ids.Add(id);
      programs.Add(r.program_id);
      owners.Add(r.owner_id);
      numbers.Add(static_cast<int16_t>(r.wallet_no));
      states.Add(static_cast<int16_t>(r.state));
      amounts.Add(r.amount);
      captured.Add(r.captured_amount);
      lots.Add(db::Bytes{PackLots(r.lots)});
      create.Add(r.create_us);
      expire.Add(r.expire_us);
      AddOrNull(ends, r.end_us, 0);
      ++made;
    } else if (r.ended_now) {
      end_buckets.Add(base::BucketOf(r.owner_id));
      end_ids.Add(id);
      end_states.Add(static_cast<int16_t>(r.state));
      end_captured.Add(r.captured_amount);
      end_times.Add(r.end_us);
      ++ended;
    }
  }
  if (made > 0) {
    tx.Send("insert_reservations", buckets.Take(), ids.Take(), programs.Take(), owners.Take(),
            numbers.Take(), states.Take(), amounts.Take(), captured.Take(), lots.Take(),
            create.Take(), expire.Take(), ends.Take());
  }
  if (ended == 0) return;
  tx.Send("end_reservations", end_buckets.Take(), end_ids.Take(), end_states.Take(),
          end_captured.Take(), end_times.Take());
}

void StoreRefunds(db::Pipeline& tx, const BatchState& state) {
  Int32s buckets;
  Uuids owners, programs;
  Int16s numbers;
  Int64s redemptions, seqs;
  bool any = false;
  for (const auto& [key, refund_seq] : state.refunded) {
    if (refund_seq == 0) continue;
    const auto& [owner, wallet_no, redemption_seq] = key;
    buckets.Add(base::BucketOf(owner));
    owners.Add(owner);
    numbers.Add(static_cast<int16_t>(wallet_no));
    redemptions.Add(redemption_seq);
    programs.Add(state.members.at(owner).program_id);
    seqs.Add(refund_seq);
    any = true;
  }
  if (!any) return;
  tx.Send("insert_refunds", buckets.Take(), owners.Take(), numbers.Take(), redemptions.Take(),
          programs.Take(), seqs.Take());
}

void StoreMarks(db::Pipeline& tx, const BatchState& state) {
  Int32s buckets;
  Uuids owners, programs;
  Int16s numbers, ends;
  Int64s seqs, undone, expire, reversed;
  bool any = false;
  for (const auto& [key, mark] : state.marks) {
    if (!mark.changed) continue;
    const auto& [owner, wallet_no, seq] = key;
    buckets.Add(base::BucketOf(owner));
    owners.Add(owner);
    numbers.Add(static_cast<int16_t>(wallet_no));
    seqs.Add(seq);
    programs.Add(state.members.at(owner).program_id);
    undone.Add(mark.undone);
    ends.Add(static_cast<int16_t>(mark.pending_end));
    AddOrNull(expire, mark.expire_us, kNeverUs);
    reversed.Add(mark.reversed_seq);
    any = true;
  }
  if (!any) return;
  tx.Send("write_entry_marks", buckets.Take(), owners.Take(), numbers.Take(), seqs.Take(),
          programs.Take(), undone.Take(), ends.Take(), expire.Take(), reversed.Take());
}

void StoreReturns(db::Pipeline& tx, const BatchState& state) {
  if (state.new_returns.empty()) return;
  Int32s buckets, numbers;
  Uuids orders, programs, members, keys;
  Int64s create, occur;
  Bytes hashes, contents;
  for (const StoredReturn& row : state.new_returns) {
    buckets.Add(base::BucketOf(row.member_id));
    orders.Add(row.order_id);
    numbers.Add(row.return_no);
    programs.Add(row.program_id);
    members.Add(row.member_id);
    create.Add(row.create_us);
    occur.Add(row.occur_us);
    keys.Add(row.request_key);
    hashes.Add(db::Bytes{row.content_hash});
    contents.Add(db::Bytes{row.content});
  }
  tx.Send("insert_order_returns", buckets.Take(), orders.Take(), numbers.Take(), programs.Take(),
          members.Take(), create.Take(), occur.Take(), keys.Take(), hashes.Take(), contents.Take());
}

void StoreLeaves(db::Pipeline& tx, const BatchState& state) {
  Int32s buckets;
  Uuids members, keys;
  Int64s joins, ends;
  for (const auto& [member, memberships] : state.memberships) {
    for (const Membership& membership : memberships) {
      if (!membership.ended_now) continue;
      buckets.Add(base::BucketOf(member));
      members.Add(member);
      joins.Add(membership.join_us);
      ends.Add(membership.end_us);
      keys.Add(membership.end_key);
    }
  }
  if (buckets.size() == 0) return;
  tx.Send("end_household_members", buckets.Take(), members.Take(), joins.Take(), ends.Take(),
          keys.Take());
}

}  // namespace

int64_t Store(db::Pipeline& tx, const AttemptDeps& deps, BatchState& state) {
  StoreHeads(tx, state);
  StoreEntries(tx, state);
  StoreOrders(tx, state);
  StoreAttached(tx, state);
  StoreCounters(tx, state);
  StoreReservations(tx, state);
  StoreRefunds(tx, state);
  StoreMarks(tx, state);
  StoreLeaves(tx, state);
  StoreReturns(tx, state);
  StoreGrants(tx, deps.ids, state);
  StoreOccurrences(tx, state);
  return SendEvents(tx, deps.ids, state);
}

}  // namespace laurel::members
