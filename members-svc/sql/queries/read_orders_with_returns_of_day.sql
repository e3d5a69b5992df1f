-- As read_orders_of_day, each with its newest return that was recorded before $6, which says what has
-- been returned of it in all.
SELECT o.bucket, o.order_id, o.member_id, o.occur_us, o.content, r.content
FROM (
  SELECT bucket, order_id, member_id, occur_us, content
  FROM orders_d{day}
  WHERE (bucket, order_id) > ($1::int, $2::uuid) AND program_id = $3::uuid
    AND occur_us >= $4::bigint AND occur_us < $5::bigint AND create_us < $6::bigint
    AND ($7::bigint = 1 OR
         ('x' || left(encode(sha256(uuid_send(member_id)), 'hex'), 8))::bit(32)::bigint % $7::bigint = 0)
  ORDER BY bucket, order_id LIMIT $8::bigint
) o
LEFT JOIN LATERAL (
  SELECT content FROM order_returns
  WHERE bucket = o.bucket AND order_id = o.order_id AND create_us < $6::bigint
  ORDER BY return_no DESC LIMIT 1
) r ON true
ORDER BY o.bucket, o.order_id
