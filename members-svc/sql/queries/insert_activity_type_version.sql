INSERT INTO activity_type_versions (program_id, code, version, content, principal, create_us)
VALUES ($1, $2, $3, $4, $5, $6)
