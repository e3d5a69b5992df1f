INSERT INTO tier_set_versions (program_id, set_no, version, start_us, content, principal, create_us)
VALUES ($1, $2, $3, $4, $5, $6, $7)
