-- The rewards of a programme after reward_id $2, oldest first.
SELECT r.reward_id, r.display_name, r.description, r.wallet_type, r.price_points, r.stock_limited,
       coalesce(s.stock, 0), r.start_us, r.end_us, r.create_us
FROM rewards r
LEFT JOIN reward_stock s
  ON s.bucket = r.bucket AND s.program_id = r.program_id AND s.reward_id = r.reward_id
WHERE r.program_id = $1 AND r.reward_id > $2
ORDER BY r.program_id, r.reward_id
LIMIT $3
