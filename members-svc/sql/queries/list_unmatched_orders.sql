SELECT order_id, program_id, create_us, occur_us, attach_until_us, total_minor_units, given, request_key,
       content_hash, content, attached_order_id, member_id,
       cancel_us, cancel_key, cancel_hash, cancel_content
FROM unmatched_orders
WHERE program_id = $1 AND order_id < $2 AND attach_us IS NULL AND cancel_us IS NULL
ORDER BY order_id DESC LIMIT $3
