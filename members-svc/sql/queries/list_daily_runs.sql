SELECT day, phase, slice, settled_count, notified_count, begin_us, end_us
FROM daily_runs WHERE program_id = $1 AND day < $2
ORDER BY day DESC LIMIT $3
