SELECT program_id, client_id FROM api_keys WHERE key_hash = $1 AND revoke_us IS NULL
