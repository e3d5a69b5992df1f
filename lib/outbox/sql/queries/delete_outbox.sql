DELETE FROM outbox o
USING unnest($2::bigint[], $3::uuid[]) AS k(position_us, outbox_id)
WHERE o.lane = $1 AND o.position_us = k.position_us AND o.outbox_id = k.outbox_id
  AND o.acked @> $4::text[]
