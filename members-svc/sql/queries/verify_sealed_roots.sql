-- All roots after an hour, hour by hour.
SELECT program_id, start_us, wallet_count, order_count, heads, orders, seal_us, root
FROM sealed_roots WHERE (start_us, program_id) > ($1, $2) ORDER BY start_us, program_id LIMIT $3
