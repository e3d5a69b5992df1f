-- Those that a member made, below the id $4, at most $5, newest first.
SELECT r.referral_id, r.referral_program_id, r.referrer_id, r.referee_id, r.create_us, r.order_id,
       r.qualify_us,
       NOT EXISTS (SELECT FROM payouts p
                   WHERE p.bucket = r.bucket AND p.cause_id = r.referral_id AND p.state <> 2)
FROM referrals r
WHERE r.referrer_bucket = $1 AND r.referrer_id = $2 AND r.program_id = $3 AND r.referral_id < $4
ORDER BY r.referral_id DESC
LIMIT $5
