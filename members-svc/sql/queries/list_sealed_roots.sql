SELECT program_id, start_us, wallet_count, order_count, heads, orders, seal_us, root
FROM sealed_roots WHERE program_id = $1 AND start_us < $2 ORDER BY start_us DESC LIMIT $3
