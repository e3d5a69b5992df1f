INSERT INTO api_clients (program_id, client_id, display_name, create_us) VALUES ($1, $2, $3, $4)
