INSERT INTO adjustments (program_id, adjustment_id, member_id, wallet_type, delta, reason, state,
                         proposer, create_us)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)
