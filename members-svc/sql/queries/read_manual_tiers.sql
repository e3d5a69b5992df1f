-- All tiers that people gave these members in a tier set, the earlier first.
SELECT g.member_id, g.tier, g.start_us, g.end_us, g.reason, g.actor
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN manual_tiers g ON g.bucket = k.bucket AND g.member_id = k.member_id AND g.set_no = $3::smallint
ORDER BY g.member_id, g.start_us
