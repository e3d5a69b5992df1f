-- Pending → issued by the driver with fence $3. The event's position, in the last column, lies
-- above every earlier one of the member.
UPDATE redemptions r
SET state = 2, spend_entry_id = $5, issue_us = $4, update_us = $4, next_try_us = NULL,
    event_us = greatest($4, (
      SELECT max(m.event_us) + 1 FROM redemptions m
      WHERE m.bucket = r.bucket AND m.member_id = r.member_id))
WHERE r.bucket = $1 AND r.redemption_id = $2 AND r.state = 1 AND r.attempts = $3
RETURNING r.bucket, r.redemption_id, r.program_id, r.member_id, r.reward_id, r.state, r.points, r.wallet_type,
       r.coupon_code, r.reason, r.stock_held, r.create_us, r.update_us, r.issue_us, r.spend_request_id,
       r.spend_entry_id, r.refund_request_id, r.attempts, r.doubt_until_us, r.command_key,
       r.event_us
