SELECT content_hash, redemption_id FROM saga_keys WHERE bucket = $1 AND key_id = $2
