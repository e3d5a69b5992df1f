-- Referrals of these referees that have not qualified yet.
SELECT r.bucket, r.referee_id, r.referral_id, r.program_id, r.referral_program_id, r.referrer_id,
       r.create_us
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, referee_id)
JOIN referrals r ON r.bucket = k.bucket AND r.referee_id = k.referee_id
WHERE r.qualify_us IS NULL
ORDER BY r.bucket, r.referee_id
FOR UPDATE OF r
