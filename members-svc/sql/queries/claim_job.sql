-- For holder $1 until $3: the job that has waited longest of those that are under way and that nobody
-- else drives at $2. A paused or cancelled job is under way until its open rows have ended.
WITH next AS MATERIALIZED (
  SELECT program_id, job_id FROM jobs
  WHERE (state = 2 OR chunk_us IS NOT NULL) AND (holder = $1 OR until_us < $2)
  ORDER BY until_us LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE jobs j
SET holder = $1, until_us = $3, fence = CASE WHEN j.holder = $1 THEN j.fence ELSE j.fence + 1 END
FROM next n
WHERE j.program_id = n.program_id AND j.job_id = n.job_id
RETURNING j.program_id, j.job_id, j.kind, j.wallet_type, j.reason, j.state, j.creator, j.starter, j.row_count,
       j.done_count, j.failed_count, j.points_moved, j.total_amount, j.create_us, j.start_us, j.end_us,
       j.fence, j.chunk_us, j.chunk_end
