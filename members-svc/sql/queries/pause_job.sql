UPDATE jobs SET state = 3 WHERE program_id = $1 AND job_id = $2 AND state = 2
