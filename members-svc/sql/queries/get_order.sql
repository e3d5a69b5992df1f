SELECT order_id, program_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, content
FROM orders
WHERE bucket = $1 AND order_id = $2 AND day BETWEEN $3 AND $4
