-- Only one that nobody has decided, proposed after $6, and by somebody else.
UPDATE adjustments SET state = 2, decider = $3, decide_us = $4, command_id = $5
WHERE program_id = $1 AND adjustment_id = $2 AND state = 1 AND proposer <> $3 AND create_us > $6
