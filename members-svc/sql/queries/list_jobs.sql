SELECT j.program_id, j.job_id, j.kind, j.wallet_type, j.reason, j.state, j.creator, j.starter, j.row_count,
       j.done_count, j.failed_count, j.points_moved, j.total_amount, j.create_us, j.start_us, j.end_us,
       j.fence, j.chunk_us, j.chunk_end
FROM jobs j
WHERE j.program_id = $1 AND j.job_id > $2 AND ($3::smallint = 0 OR j.state = $3)
ORDER BY j.job_id LIMIT $4
