SELECT row_no, member_id, accrual_id, amount, reason, state, entry_id, points, error_reason, error_message
FROM job_rows
WHERE program_id = $1 AND job_id = $2 AND row_no < $3 AND state = 1
ORDER BY row_no LIMIT $4
