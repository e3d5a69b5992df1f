UPDATE adjustments SET entry_id = $3
WHERE program_id = $1 AND adjustment_id = $2 AND state = 2 AND entry_id IS NULL
