-- Prepared per day. The orders recorded in [$1, $2), after a key, in key order.
SELECT bucket, order_id, program_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, sha256(content), day
FROM orders_d{day}
WHERE create_us >= $1 AND create_us < $2 AND (bucket, order_id) > ($3, $4)
ORDER BY bucket, order_id LIMIT $5
