INSERT INTO outbox (lane, position_us, outbox_id, events) VALUES ($1, $2, $3, $4)
