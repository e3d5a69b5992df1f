INSERT INTO coupon_codes (bucket, code_hash, program_id, redemption_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (bucket, code_hash) DO NOTHING
