#include "members-svc/store/birthdays.h"

#include <string>

#include "lib/base/bucket.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/domain/occasion.h"
#include "members-svc/store/member_store.h"

namespace laurel::members {
namespace {

constexpr int kMonths = 12;
constexpr int kMostDays = 31;

// The hashes of all days of a year. Days that no month has are nobody's.
absl::flat_hash_map<std::string, int> DaysByHash(const crypto::BlindIndex& index,
                                                 const std::string& program) {
  absl::flat_hash_map<std::string, int> out;
  for (int month = 1; month <= kMonths; ++month) {
    for (int day = 1; day <= kMostDays; ++day) {
      out[BirthdayHash(index, program, MonthAndDay(month, day))] = month * 100 + day;
    }
  }
  return out;
}

// Of a profile; empty where none is told, or the profile cannot be opened.
absl::StatusOr<std::string> HashOf(db::Tx& tx, const BirthdayKeys& keys,
                                   const base::Uuid& program_id, const base::Uuid& id) {
  const auto member = GetMemberRow(tx, keys.keys, program_id, id);
  if (member.ok()) {
    return BirthdayHashOf(keys.index, base::EncodeId("prg", program_id), member->profile());
  }
  if (!absl::IsDataLoss(member.status())) return member.status();
  log::Error("a profile cannot be opened", {{"member_id", base::EncodeId("mem", id)}});
  return std::string();
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<base::Uuid, int>> ReadBirthdays(
    db::Tx& tx, const BirthdayKeys& keys, const base::Uuid& program_id,
    const std::vector<base::Uuid>& members, bool keep) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_birthday_hashes",
               db::ArrayOf(members, [](const base::Uuid& id) { return base::BucketOf(id); }),
               db::ArrayOf(members, [](const base::Uuid& id) { return id; }), program_id));
  const auto days = DaysByHash(keys.index, base::EncodeId("prg", program_id));
  absl::flat_hash_map<base::Uuid, int> out;
  db::ArrayBuilder buckets, ids, hashes;
  bool made = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    const base::Uuid id = rows[i].Uuid(0);
    std::string hash;
    if (rows[i].IsNull(1)) {
      LAUREL_ASSIGN_OR_RETURN(hash, HashOf(tx, keys, program_id, id));
      made = true;
      buckets.Add(base::BucketOf(id));
      ids.Add(id);
      hashes.Add(db::Bytes{hash});
    } else {
      hash = rows[i].Bytes(1);
    }
    const auto day = days.find(hash);
    if (day != days.end()) out[id] = day->second;
  }
  if (!made || !keep) return out;
  LAUREL_RETURN_IF_ERROR(
      tx.Query("keep_birthday_hashes", buckets.Take(), ids.Take(), hashes.Take()).status());
  return out;
}

}  // namespace laurel::members
