INSERT INTO jobs (program_id, job_id, kind, wallet_type, reason, state, creator, row_count, total_amount,
                  create_us)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)
