-- A new job, or one that was paused; $5: it needs a second person, and was made after $6.
UPDATE jobs
SET state = 2, starter = coalesce(starter, $3), start_us = coalesce(start_us, $4),
    two_people = CASE WHEN state = 1 THEN $5 ELSE two_people END
WHERE program_id = $1 AND job_id = $2 AND (state = 3 OR (state = 1 AND (NOT $5 OR creator <> $3 AND create_us > $6)))
