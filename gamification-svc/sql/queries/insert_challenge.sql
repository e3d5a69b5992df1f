INSERT INTO challenges (program_id, challenge_id, event_type, definition) VALUES ($1, $2, $3, $4)
