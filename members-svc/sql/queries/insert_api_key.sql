INSERT INTO api_keys (key_hash, program_id, client_id, key_id, create_us) VALUES ($1, $2, $3, $4, $5)
