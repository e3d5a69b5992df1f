SELECT 1 FROM api_clients WHERE program_id = $1 AND client_id = $2 FOR UPDATE
