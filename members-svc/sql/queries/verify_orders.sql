-- Orders of a programme after a key, in key order.
SELECT bucket, order_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, sha256(content), day, content
FROM orders
WHERE program_id = $1 AND (bucket, order_id) > ($2, $3)
ORDER BY bucket, order_id LIMIT $4
