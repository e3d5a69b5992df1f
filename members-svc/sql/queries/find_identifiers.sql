-- Claims that are still pending are nobody's yet.
SELECT d.kind, d.key_hash, d.member_id, d.member_bucket
FROM unnest($2::int[], $3::smallint[], $4::bytea[]) AS k(bucket, kind, key_hash)
JOIN member_directory d ON d.bucket = k.bucket AND d.program_id = $1 AND d.kind = k.kind
  AND d.key_hash = k.key_hash
WHERE d.claim_id IS NULL
