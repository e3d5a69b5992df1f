-- A new redemption, claimed by its first driver until $15.
INSERT INTO redemptions (bucket, redemption_id, program_id, member_id, reward_id, state, points,
                         wallet_type, coupon_code, reason, stock_held, create_us, update_us,
                         spend_request_id, attempts, next_try_us, doubt_until_us, command_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $15, $16)
