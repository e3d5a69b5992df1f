INSERT INTO job_rows (program_id, job_id, row_no, member_id, accrual_id, amount, reason)
SELECT $1, $2, k.row_no, k.member_id, k.accrual_id, k.amount, k.reason
FROM unnest($3::int[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[])
  AS k(row_no, member_id, accrual_id, amount, reason)
