-- Members by external id (kind 1).
SELECT d.key_hash, d.member_id
FROM unnest($1::int[], $2::uuid[], $3::bytea[]) AS k(bucket, program_id, key_hash)
JOIN member_directory d ON d.bucket = k.bucket AND d.program_id = k.program_id AND d.kind = 1
  AND d.key_hash = k.key_hash
