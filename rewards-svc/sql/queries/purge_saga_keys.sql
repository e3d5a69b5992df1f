DELETE FROM saga_keys
WHERE (bucket, key_id) IN (
  SELECT bucket, key_id FROM saga_keys WHERE create_us < $1 ORDER BY create_us LIMIT $2)
