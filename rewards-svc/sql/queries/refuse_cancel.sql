-- Cancelling → issued again, by the driver with fence $3: the points could not be given back.
UPDATE redemptions r
SET state = 2, reason = '', update_us = $4, next_try_us = NULL, refund_request_id = NULL,
    command_key = NULL
WHERE r.bucket = $1 AND r.redemption_id = $2 AND r.state = 5 AND r.attempts = $3
RETURNING r.bucket, r.redemption_id, r.program_id, r.member_id, r.reward_id, r.state, r.points, r.wallet_type,
       r.coupon_code, r.reason, r.stock_held, r.create_us, r.update_us, r.issue_us, r.spend_request_id,
       r.spend_entry_id, r.refund_request_id, r.attempts, r.doubt_until_us, r.command_key,
       NULL::bigint
