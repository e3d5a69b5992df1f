-- No row touched: the code is somebody's already.
INSERT INTO referral_codes (bucket, program_id, code, referral_program_id, member_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (bucket, program_id, code) DO NOTHING
