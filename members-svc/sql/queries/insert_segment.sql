INSERT INTO segments (program_id, segment_id, version, content) VALUES ($1, $2, 1, $3)
