-- Orders that can be attached no more need nothing to be found by.
DELETE FROM unmatched_identifiers u
USING (
  SELECT bucket, program_id, kind, key_hash, order_id FROM unmatched_identifiers
  WHERE until_us < $1
  ORDER BY until_us LIMIT $2
  FOR UPDATE SKIP LOCKED
) k
WHERE u.bucket = k.bucket AND u.program_id = k.program_id AND u.kind = k.kind
  AND u.key_hash = k.key_hash AND u.order_id = k.order_id
