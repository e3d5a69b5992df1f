INSERT INTO places (program_id, code, qr_version, content) VALUES ($1, $2, 1, $3)
