-- Newest first, before the id $2, without results.
SELECT r.program_id, r.replay_id, r.state, r.content, r.create_us, r.orders_done, r.orders_total, r.finish_us,
       r.error_reason, NULL::bytea, r.fence
FROM replays r
WHERE r.program_id = $1 AND r.replay_id < $2
ORDER BY r.replay_id DESC LIMIT $3
