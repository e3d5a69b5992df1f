INSERT INTO inbox_events (event_id, create_us)
SELECT id, $2 FROM unnest($1::uuid[]) AS e(id)
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id
