-- No row comes back when another process has sealed that hour.
INSERT INTO sealed_roots (program_id, start_us, wallet_count, order_count, heads, orders, seal_us, root)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING RETURNING start_us
