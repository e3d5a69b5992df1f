-- In one order, whoever does so.
WITH known AS (
  SELECT m.bucket, m.member_id, k.birthday_hash
  FROM unnest($1::int[], $2::uuid[], $3::bytea[]) AS k(bucket, member_id, birthday_hash)
  JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
  WHERE m.birthday_hash IS NULL
  ORDER BY m.bucket, m.member_id
  FOR NO KEY UPDATE OF m
)
UPDATE members m SET birthday_hash = k.birthday_hash
FROM known k WHERE m.bucket = k.bucket AND m.member_id = k.member_id
