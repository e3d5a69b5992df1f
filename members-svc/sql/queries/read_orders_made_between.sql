-- Orders of a programme that were made in [$2, $3), after a key, in key order. None is recorded more
-- than a minute before it is made.
SELECT bucket, order_id, member_id, occur_us, content
FROM orders
WHERE program_id = $1 AND occur_us >= $2 AND occur_us < $3 AND day >= ($2 - 60000000) / 86400000000
  AND (bucket, order_id) > ($4, $5)
ORDER BY bucket, order_id LIMIT $6
