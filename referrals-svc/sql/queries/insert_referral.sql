INSERT INTO referrals (bucket, referee_id, referral_id, program_id, referral_program_id,
                       referrer_bucket, referrer_id, create_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
