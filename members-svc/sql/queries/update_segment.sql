UPDATE segments SET version = $3, content = $4
WHERE program_id = $1 AND segment_id = $2 AND version = $3 - 1
