-- Claims the saga that has been due for longest at $1, until $2: the one statement that looks
-- across buckets; on many nodes each asks for its own.
UPDATE redemptions r
SET attempts = r.attempts + 1, next_try_us = $2, doubt_until_us = $2
FROM (
  SELECT bucket, redemption_id, doubt_until_us
  FROM redemptions
  WHERE next_try_us <= $1
  ORDER BY next_try_us
  LIMIT 1
  FOR UPDATE SKIP LOCKED) due
WHERE r.bucket = due.bucket AND r.redemption_id = due.redemption_id
RETURNING r.bucket, r.redemption_id, r.program_id, r.member_id, r.reward_id, r.state, r.points, r.wallet_type,
       r.coupon_code, r.reason, r.stock_held, r.create_us, r.update_us, r.issue_us, r.spend_request_id,
       r.spend_entry_id, r.refund_request_id, r.attempts, r.doubt_until_us, r.command_key,
       due.doubt_until_us
