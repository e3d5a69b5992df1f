DELETE FROM badges b
USING unnest($1::int[], $2::uuid[], $3::uuid[]) AS k(bucket, member_id, challenge_id)
WHERE b.bucket = k.bucket AND b.member_id = k.member_id AND b.challenge_id = k.challenge_id
