-- Of locked rows; what is settled stays as it is.
UPDATE challenge_progress p
SET total = n.total, contributions = n.contributions, complete_us = n.complete_us,
    settled = n.settled = 1
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bigint[], $7::int[])
  AS n(bucket, member_id, challenge_id, total, contributions, complete_us, settled)
WHERE p.bucket = n.bucket AND p.member_id = n.member_id AND p.challenge_id = n.challenge_id
  AND NOT p.settled
