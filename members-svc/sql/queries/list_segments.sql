SELECT segment_id, content FROM segments WHERE program_id = $1 ORDER BY segment_id
