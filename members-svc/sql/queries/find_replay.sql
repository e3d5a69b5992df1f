SELECT r.program_id, r.replay_id, r.state, r.content, r.create_us, r.orders_done, r.orders_total, r.finish_us,
       r.error_reason, r.result, r.fence
FROM replays r WHERE r.program_id = $1 AND r.replay_id = $2
