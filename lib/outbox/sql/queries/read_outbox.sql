-- The oldest rows of a lane that a subscriber has not acknowledged.
SELECT position_us, outbox_id, events
FROM outbox
WHERE lane = $1 AND NOT acked @> ARRAY[$2::text]
ORDER BY lane, position_us, outbox_id
LIMIT $3
