#include "rewards-svc/store/sagas.h"

#include "lib/status/error.h"
#include "rewards-svc/store/redemptions.h"

namespace laurel::rewards {
namespace {

std::optional<Claim> ClaimFrom(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return Claim{RedemptionFromRow(rows[0]), rows[0].Time(kRedemptionColumns)};
}

std::optional<Ended> EndedFrom(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return Ended{RedemptionFromRow(rows[0]),
               rows[0].OptionalTime(kRedemptionColumns).value_or(absl::UnixEpoch())};
}

}  // namespace

absl::StatusOr<std::optional<base::Uuid>> FindSagaKey(db::Tx& tx, const idempotency::Key& key,
                                                      const std::string& content_hash) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_saga_key", key.bucket, key.id));
  if (rows.empty()) return std::optional<base::Uuid>();
  if (rows[0].Bytes(0) != content_hash) return idempotency::RequestIdReused();
  return std::optional<base::Uuid>(rows[0].Uuid(1));
}

absl::Status InsertSagaKey(db::Tx& tx, const SagaKey& key) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows inserted, tx.Query("insert_saga_key", key.key.bucket,
                                                            key.key.id, db::Bytes{key.content_hash},
                                                            key.redemption_id, key.create_time));
  if (inserted.affected() == 0) return db::Conflict("a twin of this command was first");
  return absl::OkStatus();
}

absl::Status DeleteSagaKey(db::Tx& tx, int bucket, const std::optional<base::Uuid>& key_id) {
  if (!key_id) return absl::OkStatus();
  return tx.Query("delete_saga_key", bucket, *key_id).status();
}

absl::StatusOr<int64_t> PurgeSagaKeys(db::Tx& tx, absl::Time before, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows gone, tx.Query("purge_saga_keys", before, limit));
  return static_cast<int64_t>(gone.affected());
}

absl::StatusOr<std::optional<Claim>> ClaimSaga(db::Tx& tx, const Redemption& redemption,
                                               absl::Time machine_now) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("claim_saga", redemption.bucket, redemption.redemption_id, machine_now,
               machine_now + kLease, static_cast<int>(redemption.state)));
  return ClaimFrom(rows);
}

absl::StatusOr<std::optional<Claim>> ClaimDueSaga(db::Tx& tx, absl::Time machine_now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("claim_due_saga", machine_now, machine_now + kLease));
  return ClaimFrom(rows);
}

absl::Status PostponeSaga(db::Tx& tx, const Claim& claim, const Decision& decision) {
  return tx
      .Query("postpone_saga", claim.redemption.bucket, claim.redemption.redemption_id,
             claim.redemption.attempts, decision.ask_again_at, decision.doubt_until)
      .status();
}

absl::StatusOr<std::optional<Ended>> IssueRedemption(db::Tx& tx, const Claim& claim,
                                                     const base::Uuid& spend_entry_id,
                                                     absl::Time now) {
  const Redemption& r = claim.redemption;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("issue_redemption", r.bucket, r.redemption_id, r.attempts, now, spend_entry_id));
  return EndedFrom(rows);
}

absl::StatusOr<std::optional<Ended>> RefuseRedemption(db::Tx& tx, const Claim& claim,
                                                      const std::string& reason, absl::Time now) {
  const Redemption& r = claim.redemption;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("refuse_redemption", r.bucket,
                                                        r.redemption_id, r.attempts, now, reason));
  return EndedFrom(rows);
}

absl::StatusOr<std::optional<Redemption>> BeginCancel(db::Tx& tx, const Redemption& redemption,
                                                      const Cancellation& cancellation) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("begin_cancel", redemption.bucket, redemption.redemption_id, cancellation.now,
               cancellation.reason, cancellation.refund_request_id, cancellation.lease_until,
               cancellation.command_key));
  if (rows.empty()) return std::optional<Redemption>();
  return std::optional<Redemption>(RedemptionFromRow(rows[0]));
}

absl::StatusOr<std::optional<Ended>> CancelRedemption(db::Tx& tx, const Claim& claim,
                                                      absl::Time now) {
  const Redemption& r = claim.redemption;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("cancel_redemption", r.bucket,
                                                        r.redemption_id, r.attempts, now));
  return EndedFrom(rows);
}

absl::StatusOr<std::optional<Ended>> RefuseCancel(db::Tx& tx, const Claim& claim, absl::Time now) {
  const Redemption& r = claim.redemption;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("refuse_cancel", r.bucket, r.redemption_id, r.attempts, now));
  return EndedFrom(rows);
}

absl::StatusOr<WaitingSagas> CountWaitingSagas(db::Tx& tx, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("count_waiting_sagas", now - kAskAtMost));
  return WaitingSagas{rows[0].Int(0), rows[0].OptionalTime(1), rows[0].Int(2)};
}

}  // namespace laurel::rewards
