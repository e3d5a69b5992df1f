-- The tiers of members as of their last evaluation, and the codes of their tier sets.
SELECT k.member_id, s.code, t.tier
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN member_tiers t ON t.bucket = k.bucket AND t.member_id = k.member_id
JOIN tier_sets s ON s.program_id = t.program_id AND s.set_no = t.set_no
WHERE t.program_id = $3
