-- Before delete_outbox in the same transaction: of two subscribers that acknowledge a row at once
-- the second waits here and then sees the first's mark.
UPDATE outbox o
SET acked = o.acked || $4::text
FROM unnest($2::bigint[], $3::uuid[]) AS k(position_us, outbox_id)
WHERE o.lane = $1 AND o.position_us = k.position_us AND o.outbox_id = k.outbox_id
