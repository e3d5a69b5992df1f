-- Two processes at one midnight: the second finds it begun.
INSERT INTO daily_runs (program_id, day, prev_day, begin_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (program_id, day) DO NOTHING
