#include "rewards-svc/store/rewards.h"

#include <string>

#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::rewards {
namespace {

Reward FromRow(const base::Uuid& program_id, const db::Row& row) {
  return {.program_id = program_id,
          .reward_id = row.Uuid(0),
          .display_name = std::string(row.Text(1)),
          .description = std::string(row.Text(2)),
          .wallet_type = std::string(row.Text(3)),
          .price_points = row.Int(4),
          .stock_limited = row.Bool(5),
          .stock = row.Int(6),
          .start_time = row.OptionalTime(7),
          .end_time = row.OptionalTime(8),
          .create_time = row.Time(9)};
}

}  // namespace

absl::Status InsertReward(db::Tx& tx, const Reward& reward) {
  const int bucket = base::BucketOf(reward.reward_id);
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_reward", reward.program_id, reward.reward_id, bucket,
                                  reward.display_name, reward.description, reward.wallet_type,
                                  reward.price_points, reward.stock_limited, reward.start_time,
                                  reward.end_time, reward.create_time)
                             .status());
  if (!reward.stock_limited) return absl::OkStatus();
  return tx.Query("insert_stock", bucket, reward.program_id, reward.reward_id, reward.stock)
      .status();
}

absl::StatusOr<std::optional<Reward>> FindReward(db::Tx& tx, const base::Uuid& program_id,
                                                 const base::Uuid& reward_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_reward", program_id, reward_id));
  if (rows.empty()) return std::optional<Reward>();
  return std::optional<Reward>(FromRow(program_id, rows[0]));
}

absl::StatusOr<std::vector<Reward>> ListRewards(db::Tx& tx, const base::Uuid& program_id,
                                                const base::Uuid& after, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_rewards", program_id, after, limit));
  std::vector<Reward> rewards;
  rewards.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) rewards.push_back(FromRow(program_id, rows[i]));
  return rewards;
}

absl::StatusOr<std::optional<int64_t>> AdjustStock(db::Tx& tx, const Reward& reward,
                                                   int64_t delta) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("adjust_stock", base::BucketOf(reward.reward_id),
                                   reward.program_id, reward.reward_id, delta));
  if (rows.empty()) return std::optional<int64_t>();
  return std::optional<int64_t>(rows[0].Int(0));
}

absl::StatusOr<bool> TakeStock(db::Tx& tx, const base::Uuid& program_id,
                               const base::Uuid& reward_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("take_stock", base::BucketOf(reward_id), program_id, reward_id));
  return rows.affected() == 1;
}

absl::Status ReturnStock(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& reward_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("return_stock", base::BucketOf(reward_id),
                                                        program_id, reward_id));
  if (rows.affected() != 1) return absl::InternalError("a held unit of stock has no stock row");
  return absl::OkStatus();
}

}  // namespace laurel::rewards
