-- Nobody was found as of the count of looks that was read; what came since is looked at again.
UPDATE unmatched_identifiers u SET looked = k.looks
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bytea[], $5::uuid[], $6::int[])
  AS k(bucket, program_id, kind, key_hash, order_id, looks)
WHERE u.bucket = k.bucket AND u.program_id = k.program_id AND u.kind = k.kind
  AND u.key_hash = k.key_hash AND u.order_id = k.order_id AND u.looked < k.looks
