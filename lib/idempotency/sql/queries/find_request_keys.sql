SELECT r.key_id, r.content_hash, r.response
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, key_id)
JOIN request_keys r ON r.bucket = k.bucket AND r.key_id = k.key_id
