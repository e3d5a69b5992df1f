-- Claims one saga in state $5 at $3 until $4, if it is due and nobody is at it. The last column is the doubt
-- that earlier drivers left.
UPDATE redemptions r
SET attempts = r.attempts + 1, next_try_us = $4, doubt_until_us = $4
FROM (
  SELECT bucket, redemption_id, doubt_until_us
  FROM redemptions
  WHERE bucket = $1 AND redemption_id = $2 AND next_try_us <= $3 AND state = $5
  FOR UPDATE SKIP LOCKED) due
WHERE r.bucket = due.bucket AND r.redemption_id = due.redemption_id
RETURNING r.bucket, r.redemption_id, r.program_id, r.member_id, r.reward_id, r.state, r.points, r.wallet_type,
       r.coupon_code, r.reason, r.stock_held, r.create_us, r.update_us, r.issue_us, r.spend_request_id,
       r.spend_entry_id, r.refund_request_id, r.attempts, r.doubt_until_us, r.command_key,
       due.doubt_until_us
