INSERT INTO segment_versions (program_id, segment_id, version, content, principal, create_us)
VALUES ($1, $2, $3, $4, $5, $6)
