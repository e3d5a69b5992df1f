-- Somebody has enrolled with these identifiers: unmatched orders that name them are looked at again.
UPDATE unmatched_identifiers u SET looks = u.looks + 1
FROM unnest($2::int[], $3::smallint[], $4::bytea[]) AS k(bucket, kind, key_hash)
WHERE u.bucket = k.bucket AND u.program_id = $1 AND u.kind = k.kind AND u.key_hash = k.key_hash
