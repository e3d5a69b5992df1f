UPDATE jobs SET state = 5, end_us = $3 WHERE program_id = $1 AND job_id = $2 AND state IN (1, 2, 3)
