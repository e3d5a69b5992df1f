INSERT INTO activity_types (program_id, code, version, sensitive, content) VALUES ($1, $2, 1, $3, $4)
