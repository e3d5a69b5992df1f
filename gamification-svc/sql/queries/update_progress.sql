UPDATE challenge_progress p
SET total = n.total, contributions = n.contributions, complete_us = n.complete_us
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bigint[])
  AS n(bucket, member_id, challenge_id, total, contributions, complete_us)
WHERE p.bucket = n.bucket AND p.member_id = n.member_id AND p.challenge_id = n.challenge_id
  AND p.complete_us IS NULL
