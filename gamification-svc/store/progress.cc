#include "gamification-svc/store/progress.h"

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::gamification::store {
namespace {

template <typename Rows>
std::string Buckets(const Rows& rows) {
  return db::ArrayOf(rows, [](const auto& row) { return row.key.bucket; });
}
template <typename Rows>
std::string Members(const Rows& rows) {
  return db::ArrayOf(rows, [](const auto& row) { return row.key.member_id; });
}
template <typename Rows>
std::string Challenges(const Rows& rows) {
  return db::ArrayOf(rows, [](const auto& row) { return row.key.challenge_id; });
}
template <typename Rows>
std::string Programs(const Rows& rows) {
  return db::ArrayOf(rows, [](const auto& row) { return row.program_id; });
}

std::string Totals(const std::vector<ProgressRow>& rows) {
  return db::ArrayOf(rows, [](const ProgressRow& row) { return row.progress.total; });
}

std::string Contributions(const std::vector<ProgressRow>& rows) {
  db::ArrayBuilder out;
  for (const ProgressRow& row : rows) {
    const std::string packed = Pack(row.progress.contributions);
    out.Add(db::Bytes{packed});
  }
  return out.Take();
}

std::string CompleteTimes(const std::vector<ProgressRow>& rows) {
  db::ArrayBuilder out;
  for (const ProgressRow& row : rows) {
    if (row.progress.complete_time) {
      out.Add(*row.progress.complete_time);
    } else {
      out.AddNull();
    }
  }
  return out.Take();
}

std::string Settled(const std::vector<ProgressRow>& rows) {
  return db::ArrayOf(rows, [](const ProgressRow& row) { return row.progress.settled ? 1 : 0; });
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<ProgressKey, Progress>> LockProgress(
    db::Tx& tx, const std::vector<ProgressKey>& keys) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("lock_progress", db::ArrayOf(keys, [](const auto& k) { return k.bucket; }),
               db::ArrayOf(keys, [](const auto& k) { return k.member_id; }),
               db::ArrayOf(keys, [](const auto& k) { return k.challenge_id; })));
  absl::flat_hash_map<ProgressKey, Progress> known;
  for (size_t i = 0; i < rows.size(); ++i) {
    Progress progress{.total = rows[i].Int(3),
                      .contributions = {},
                      .complete_time = rows[i].OptionalTime(5),
                      .settled = rows[i].Bool(6)};
    LAUREL_ASSIGN_OR_RETURN(progress.contributions, Unpack(rows[i].Bytes(4)));
    known.emplace(ProgressKey{static_cast<int>(rows[i].Int(0)), rows[i].Uuid(1), rows[i].Uuid(2)},
                  std::move(progress));
  }
  return known;
}

absl::Status InsertProgress(db::Tx& tx, const std::vector<ProgressRow>& rows) {
  if (rows.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query("insert_progress", Buckets(rows), Members(rows), Challenges(rows), Programs(rows),
               Totals(rows), Contributions(rows), CompleteTimes(rows), Settled(rows)));
  if (inserted.affected() != rows.size()) return db::Conflict("progress began meanwhile");
  return absl::OkStatus();
}

absl::Status UpdateProgress(db::Tx& tx, const std::vector<ProgressRow>& rows) {
  if (rows.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows updated,
      tx.Query("update_progress", Buckets(rows), Members(rows), Challenges(rows), Totals(rows),
               Contributions(rows), CompleteTimes(rows), Settled(rows)));
  if (updated.affected() != rows.size()) return db::Conflict("progress was settled meanwhile");
  return absl::OkStatus();
}

absl::Status InsertBadges(db::Tx& tx, const std::vector<BadgeRow>& badges, absl::Time now) {
  if (badges.empty()) return absl::OkStatus();
  return tx
      .Query("insert_badges", Buckets(badges), Members(badges), Challenges(badges),
             Programs(badges),
             db::ArrayOf(badges, [](const BadgeRow& b) { return std::string_view(b.code); }),
             db::ArrayOf(badges, [now](const BadgeRow&) { return now; }))
      .status();
}

absl::Status DeleteBadges(db::Tx& tx, const std::vector<ProgressKey>& keys) {
  if (keys.empty()) return absl::OkStatus();
  return tx
      .Query("delete_badges", db::ArrayOf(keys, [](const ProgressKey& k) { return k.bucket; }),
             db::ArrayOf(keys, [](const ProgressKey& k) { return k.member_id; }),
             db::ArrayOf(keys, [](const ProgressKey& k) { return k.challenge_id; }))
      .status();
}

absl::StatusOr<std::vector<v1::ChallengeProgress>> ListProgress(db::Tx& tx, const MemberPage& page,
                                                                absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_challenge_progress", base::BucketOf(page.member_id),
                                   page.member_id, page.program_id, page.after_id, page.limit));
  std::vector<v1::ChallengeProgress> all;
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::ChallengeProgress out;
    if (!out.mutable_challenge()->ParseFromString(rows[i].Bytes(0)))
      return absl::InternalError("a challenge does not parse");
    Progress progress{.total = rows[i].Int(1),
                      .contributions = {},
                      .complete_time = rows[i].OptionalTime(3),
                      .settled = false};
    LAUREL_ASSIGN_OR_RETURN(progress.contributions, Unpack(rows[i].Bytes(2)));
    out.set_value(ValueAt(out.challenge(), progress, now));
    if (progress.complete_time)
      base::SetTimestamp(*progress.complete_time, out.mutable_complete_time());
    out.set_paid(rows[i].Bool(4));
    all.push_back(std::move(out));
  }
  return all;
}

absl::StatusOr<std::vector<v1::Badge>> ListBadges(db::Tx& tx, const MemberPage& page) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_badges", base::BucketOf(page.member_id), page.member_id,
                                   page.program_id, page.after_time, page.after_id, page.limit));
  std::vector<v1::Badge> badges;
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::Badge out;
    out.set_code(std::string(rows[i].Text(0)));
    out.set_challenge_id(base::EncodeId("chl", rows[i].Uuid(1)));
    base::SetTimestamp(rows[i].Time(2), out.mutable_award_time());
    badges.push_back(std::move(out));
  }
  return badges;
}

}  // namespace laurel::gamification::store
