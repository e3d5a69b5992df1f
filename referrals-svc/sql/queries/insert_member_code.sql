-- No row touched: a twin of the request made one first.
INSERT INTO member_codes (bucket, member_id, referral_program_id, program_id, code, create_us)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (bucket, member_id, referral_program_id) DO NOTHING
