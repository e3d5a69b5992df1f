INSERT INTO saga_keys (bucket, key_id, content_hash, redemption_id, create_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (bucket, key_id) DO NOTHING
