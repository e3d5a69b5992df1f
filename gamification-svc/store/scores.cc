#include "gamification-svc/store/scores.h"

#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::gamification::store {

absl::Status AddScores(db::Tx& tx, const std::vector<Score>& scores) {
  if (scores.empty()) return absl::OkStatus();
  return tx
      .Query("add_scores",
             db::ArrayOf(scores, [](const Score& s) { return base::BucketOf(s.member_id); }),
             db::ArrayOf(scores, [](const Score& s) { return s.member_id; }),
             db::ArrayOf(scores, [](const Score& s) { return s.program_id; }),
             db::ArrayOf(scores, [](const Score& s) { return s.score; }))
      .status();
}

absl::StatusOr<ScorePage> ListScores(db::Tx& tx, const base::Uuid& program_id,
                                     const std::optional<Score>& after, int64_t limit) {
  absl::StatusOr<db::Rows> rows =
      after ? tx.Query("list_scores_after", program_id, after->score, after->member_id, limit)
            : tx.Query("list_scores_first", program_id, limit);
  if (!rows.ok()) return rows.status();
  ScorePage page;
  for (size_t i = 0; i < rows->size(); ++i) {
    const db::Row row = (*rows)[i];
    page.scores.push_back({row.Uuid(0), program_id, row.Int(1)});
    page.rows_before = row.Int(2);
    page.greater = row.Int(3);
  }
  return page;
}

absl::StatusOr<std::optional<Rank>> FindRank(db::Tx& tx, const base::Uuid& program_id,
                                             const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("get_rank", base::BucketOf(member_id), member_id, program_id));
  if (rows.empty()) return std::optional<Rank>();
  return std::optional<Rank>(Rank{rows[0].Int(1) + 1, rows[0].Int(0)});
}

}  // namespace laurel::gamification::store
