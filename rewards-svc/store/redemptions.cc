#include "rewards-svc/store/redemptions.h"

#include <string>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/coupon_code.h"

namespace laurel::rewards {

Redemption RedemptionFromRow(const db::Row& row) {
  return {.bucket = static_cast<int>(row.Int(0)),
          .redemption_id = row.Uuid(1),
          .program_id = row.Uuid(2),
          .member_id = row.Uuid(3),
          .reward_id = row.Uuid(4),
          .state = static_cast<State>(row.Int(5)),
          .points = row.Int(6),
          .wallet_type = std::string(row.Text(7)),
          .coupon_code = std::string(row.Text(8)),
          .reason = std::string(row.Text(9)),
          .stock_held = row.Bool(10),
          .create_time = row.Time(11),
          .update_time = row.Time(12),
          .issue_time = row.OptionalTime(13),
          .spend_request_id = row.Uuid(14),
          .spend_entry_id = row.OptionalUuid(15),
          .refund_request_id = row.OptionalUuid(16),
          .attempts = row.Int(17),
          .doubt_until = row.Time(18),
          .command_key = row.OptionalUuid(19)};
}

namespace {

std::optional<Redemption> FirstOf(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return RedemptionFromRow(rows[0]);
}

absl::StatusOr<std::optional<Redemption>> Find(db::Tx& tx, const char* statement,
                                               const RedemptionName& name) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query(statement, base::BucketOf(name.redemption_id), name.redemption_id, name.program_id));
  return FirstOf(rows);
}

}  // namespace

absl::StatusOr<std::optional<Redemption>> FindRedemption(db::Tx& tx, const RedemptionName& name) {
  return Find(tx, "find_redemption", name);
}

absl::StatusOr<std::optional<Redemption>> LoadRedemptionForUpdate(db::Tx& tx,
                                                                  const RedemptionName& name) {
  return Find(tx, "lock_redemption", name);
}

absl::StatusOr<std::vector<Redemption>> ListRedemptions(db::Tx& tx, const MemberName& member,
                                                        const base::Uuid& before, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_redemptions", base::BucketOf(member.member_id),
                                   member.member_id, member.program_id, before, limit));
  std::vector<Redemption> redemptions;
  redemptions.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) redemptions.push_back(RedemptionFromRow(rows[i]));
  return redemptions;
}

absl::Status InsertRedemption(db::Tx& tx, const Redemption& r) {
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_redemption", r.bucket, r.redemption_id, r.program_id,
                                  r.member_id, r.reward_id, static_cast<int>(r.state), r.points,
                                  r.wallet_type, r.coupon_code, r.reason, r.stock_held,
                                  r.create_time, r.update_time, r.spend_request_id, r.doubt_until,
                                  r.command_key)
                             .status());
  const std::string hash = CouponHash(r.program_id, r.coupon_code);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows inserted,
                          tx.Query("insert_coupon_code", base::BucketOfHash(hash), db::Bytes{hash},
                                   r.program_id, r.redemption_id));
  // Run again, the transaction makes another code.
  if (inserted.affected() == 0) return db::Conflict("the coupon code exists");
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Redemption>> UseRedemption(db::Tx& tx, const Redemption& redemption,
                                                        absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("use_redemption", redemption.bucket,
                                                        redemption.redemption_id, now));
  return FirstOf(rows);
}

}  // namespace laurel::rewards
