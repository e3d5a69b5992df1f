-- Issued → cancelling, claimed by its first driver until $6.
UPDATE redemptions r
SET state = 5, reason = $4, update_us = $3, refund_request_id = $5, command_key = $7,
    attempts = r.attempts + 1, next_try_us = $6, doubt_until_us = $6
WHERE r.bucket = $1 AND r.redemption_id = $2 AND r.state = 2
RETURNING r.bucket, r.redemption_id, r.program_id, r.member_id, r.reward_id, r.state, r.points, r.wallet_type,
       r.coupon_code, r.reason, r.stock_held, r.create_us, r.update_us, r.issue_us, r.spend_request_id,
       r.spend_entry_id, r.refund_request_id, r.attempts, r.doubt_until_us, r.command_key
