SELECT stage, count(*) FROM segment_looks WHERE program_id = $1 AND stage > 0 GROUP BY stage ORDER BY stage
