-- To phase $4, slice $5; $8: when it was done.
UPDATE daily_runs
SET phase = $4, slice = $5, settled_count = settled_count + $6, notified_count = notified_count + $7,
    end_us = $8
WHERE program_id = $1 AND day = $2 AND fence = $3 AND phase < 4
