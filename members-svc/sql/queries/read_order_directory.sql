SELECT d.key_id, d.order_id
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, key_id)
JOIN order_directory d ON d.bucket = k.bucket AND d.key_id = k.key_id
