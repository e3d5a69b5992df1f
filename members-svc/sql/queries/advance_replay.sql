-- How far it is, and the lease until $6; no row: it was cancelled, or the lease is another's.
UPDATE replays SET orders_done = $4, orders_total = $5, until_us = $6
WHERE program_id = $1 AND replay_id = $2 AND fence = $3 AND state = 2
