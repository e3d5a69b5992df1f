INSERT INTO adjustment_limits (program_id, wallet_no, max_delta) VALUES ($1, $2, $3)
ON CONFLICT (program_id, wallet_no) DO UPDATE SET max_delta = excluded.max_delta
