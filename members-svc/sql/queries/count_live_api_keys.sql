SELECT count(*) FROM api_keys WHERE program_id = $1 AND client_id = $2 AND revoke_us IS NULL
