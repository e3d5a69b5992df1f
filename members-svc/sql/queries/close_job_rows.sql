-- What has come of the open rows; $7: all of them have ended. The last row ends the job.
UPDATE jobs
SET done_count = done_count + $4, failed_count = failed_count + $5, points_moved = points_moved + $6,
    chunk_us = CASE WHEN $7 THEN NULL ELSE chunk_us END,
    chunk_end = CASE WHEN $7 THEN NULL ELSE chunk_end END,
    state = CASE WHEN state <> 5 AND done_count + failed_count + $4 + $5 = row_count THEN 4 ELSE state END,
    end_us = CASE WHEN state <> 5 AND done_count + failed_count + $4 + $5 = row_count THEN $8 ELSE end_us END
WHERE program_id = $1 AND job_id = $2 AND fence = $3
