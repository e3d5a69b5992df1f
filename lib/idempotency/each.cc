#include "lib/idempotency/each.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "lib/status/error.h"

namespace laurel::idempotency {

absl::StatusOr<std::vector<std::optional<Kept>>> FindEach(db::Tx& tx,
                                                          const std::vector<Key>& keys) {
  std::vector<std::optional<Kept>> out(keys.size());
  if (keys.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_request_keys", db::ArrayOf(keys, [](const Key& key) { return key.bucket; }),
               db::ArrayOf(keys, [](const Key& key) { return key.id; })));
  absl::flat_hash_map<base::Uuid, size_t> found;
  for (size_t i = 0; i < rows.size(); ++i) found[rows[i].Uuid(0)] = i;
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto at = found.find(keys[i].id);
    if (at == found.end()) continue;
    const db::Row row = rows[at->second];
    out[i] = Kept{.content = row.Bytes(1), .response = row.Bytes(2)};
  }
  return out;
}

absl::Status KeepEach(db::Tx& tx, std::vector<ToKeep> commands, absl::Time now) {
  if (commands.empty()) return absl::OkStatus();
  // In key order, so that two such transactions cannot wait for each other.
  std::sort(commands.begin(), commands.end(), [](const ToKeep& a, const ToKeep& b) {
    return std::tie(a.key.bucket, a.key.id) < std::tie(b.key.bucket, b.key.id);
  });
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query("insert_request_keys",
               db::ArrayOf(commands, [](const ToKeep& c) { return c.key.bucket; }),
               db::ArrayOf(commands, [](const ToKeep& c) { return c.key.id; }),
               db::ArrayOf(commands, [](const ToKeep& c) { return db::Bytes{c.kept.content}; }),
               db::ArrayOf(commands, [](const ToKeep& c) { return db::Bytes{c.kept.response}; }),
               now));
  if (inserted.affected() != commands.size()) {
    return db::Conflict("a twin of one of these requests committed first");
  }
  return absl::OkStatus();
}

}  // namespace laurel::idempotency
