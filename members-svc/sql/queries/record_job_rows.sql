UPDATE job_rows r
SET state = k.state, entry_id = k.entry_id, points = k.points, error_reason = k.error_reason,
    error_message = k.error_message
FROM unnest($3::int[], $4::smallint[], $5::uuid[], $6::bigint[], $7::text[], $8::text[])
  AS k(row_no, state, entry_id, points, error_reason, error_message)
WHERE r.program_id = $1 AND r.job_id = $2 AND r.row_no = k.row_no AND r.state = 1
