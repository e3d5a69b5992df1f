UPDATE adjustments SET state = 3, decider = $3, decide_us = $4
WHERE program_id = $1 AND adjustment_id = $2 AND state = 1
