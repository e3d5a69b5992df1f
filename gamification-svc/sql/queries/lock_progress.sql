SELECT p.bucket, p.member_id, p.challenge_id, p.total, p.contributions, p.complete_us, p.settled
FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS k(bucket, member_id, challenge_id)
JOIN challenge_progress p
  ON p.bucket = k.bucket AND p.member_id = k.member_id AND p.challenge_id = k.challenge_id
ORDER BY p.bucket, p.member_id, p.challenge_id
FOR UPDATE OF p
