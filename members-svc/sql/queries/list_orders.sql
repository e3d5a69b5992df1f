SELECT order_id, program_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, content
FROM orders
WHERE bucket = $1 AND member_id = $2 AND order_id < $3
ORDER BY order_id DESC LIMIT $4
