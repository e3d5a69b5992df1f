SELECT bucket, redemption_id, program_id, member_id, reward_id, state, points, wallet_type,
       coupon_code, reason, stock_held, create_us, update_us, issue_us, spend_request_id,
       spend_entry_id, refund_request_id, attempts, doubt_until_us, command_key
FROM redemptions
WHERE bucket = $1 AND redemption_id = $2 AND program_id = $3
