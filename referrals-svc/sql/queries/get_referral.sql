SELECT r.referral_id, r.referral_program_id, r.referrer_id, r.referee_id, r.create_us, r.order_id,
       r.qualify_us,
       NOT EXISTS (SELECT FROM payouts p
                   WHERE p.bucket = r.bucket AND p.cause_id = r.referral_id AND p.state <> 2)
FROM referrals r
WHERE r.referral_id = $2 AND r.program_id = $1
