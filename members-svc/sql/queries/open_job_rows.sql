-- Before the first of these rows is carried out: under what time, and up to which row.
UPDATE jobs SET chunk_us = $4, chunk_end = $5
WHERE program_id = $1 AND job_id = $2 AND fence = $3
