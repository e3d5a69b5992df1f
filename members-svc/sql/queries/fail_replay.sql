-- The replay cannot be carried out.
UPDATE replays SET state = 5, slot = NULL, error_reason = $4, finish_us = $5
WHERE program_id = $1 AND replay_id = $2 AND fence = $3 AND state = 2
