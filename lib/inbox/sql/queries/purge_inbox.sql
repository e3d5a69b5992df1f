DELETE FROM inbox_events
WHERE event_id IN (SELECT event_id FROM inbox_events WHERE create_us < $1 ORDER BY event_id LIMIT $2)
