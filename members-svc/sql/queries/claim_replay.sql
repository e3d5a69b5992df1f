-- For holder $1 until $3: the replay that has waited longest of those that nobody else drives at $2.
-- It begins from the start.
WITH next AS MATERIALIZED (
  SELECT program_id, replay_id FROM replays
  WHERE state IN (1, 2) AND (holder = $1 OR until_us < $2)
  ORDER BY until_us, replay_id LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE replays r
SET state = 2, holder = $1, until_us = $3, fence = r.fence + 1, orders_done = 0, orders_total = 0
FROM next n
WHERE r.program_id = n.program_id AND r.replay_id = n.replay_id
RETURNING r.program_id, r.replay_id, r.state, r.content, r.create_us, r.orders_done, r.orders_total, r.finish_us,
       r.error_reason, r.result, r.fence
