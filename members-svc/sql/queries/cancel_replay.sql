UPDATE replays SET state = 4, slot = NULL, finish_us = $3
WHERE program_id = $1 AND replay_id = $2 AND state IN (1, 2)
