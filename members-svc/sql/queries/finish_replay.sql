-- The replay has its result.
UPDATE replays SET state = 3, slot = NULL, orders_done = $4, orders_total = $4, result = $5, finish_us = $6
WHERE program_id = $1 AND replay_id = $2 AND fence = $3 AND state = 2
