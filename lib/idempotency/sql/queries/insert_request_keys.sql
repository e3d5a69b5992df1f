INSERT INTO request_keys (bucket, key_id, content_hash, response, create_us)
SELECT bucket, key_id, content_hash, response, $5::bigint
FROM unnest($1::int[], $2::uuid[], $3::bytea[], $4::bytea[])
  AS k(bucket, key_id, content_hash, response)
ON CONFLICT (bucket, key_id) DO NOTHING
