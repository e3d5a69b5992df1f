INSERT INTO program_changes (program_id, version, content, principal, create_us)
VALUES ($1, $2, $3, $4, $5)
