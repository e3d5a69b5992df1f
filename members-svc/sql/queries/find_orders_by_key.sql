SELECT order_id, program_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, content
FROM find_orders_by_key($1::int[], $2::int[], $3::uuid[])
