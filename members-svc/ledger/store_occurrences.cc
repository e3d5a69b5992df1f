#include "members-svc/ledger/store_occurrences.h"

#include "lib/base/bucket.h"

namespace laurel::members {

void StoreOccurrences(db::Pipeline& tx, const BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> keys, ids, programs, members, requests;
  db::ColumnBuilder<db::Bytes> triggers, refs, hashes, contents, sealed;
  db::ColumnBuilder<int64_t> create, occur;
  for (const auto& [key, row] : state.occurrences) {
    if (!row.is_new) continue;
    buckets.Add(base::BucketOf(row.member_id));
    keys.Add(row.occurrence_key);
    ids.Add(row.occurrence_id);
    programs.Add(row.program_id);
    members.Add(row.member_id);
    triggers.Add(db::Bytes{row.trigger_key});
    refs.Add(db::Bytes{row.ref});
    create.Add(row.create_us);
    occur.Add(row.occur_us);
    requests.Add(row.request_key);
    hashes.Add(db::Bytes{row.content_hash});
    contents.Add(db::Bytes{row.content});
    if (row.sealed.empty()) {
      sealed.AddNull();
    } else {
      sealed.Add(db::Bytes{row.sealed});
    }
  }
  if (keys.size() == 0) return;
  tx.Send("insert_occurrences", buckets.Take(), keys.Take(), ids.Take(), programs.Take(),
          members.Take(), triggers.Take(), refs.Take(), create.Take(), occur.Take(),
          requests.Take(), hashes.Take(), contents.Take(), sealed.Take());
}

}  // namespace laurel::members
