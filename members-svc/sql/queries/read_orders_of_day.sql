-- The orders of a programme that were recorded on a day, and before $6, and that occurred in [$4, $5), of
-- one in $7 members, by the hash of the member's id; after (bucket, order) $1, $2. An order without a
-- member earns nothing.
SELECT bucket, order_id, member_id, occur_us, content
FROM orders_d{day}
WHERE (bucket, order_id) > ($1::int, $2::uuid) AND program_id = $3::uuid
  AND occur_us >= $4::bigint AND occur_us < $5::bigint AND create_us < $6::bigint
  AND ($7::bigint = 1 OR
       ('x' || left(encode(sha256(uuid_send(member_id)), 'hex'), 8))::bit(32)::bigint % $7::bigint = 0)
ORDER BY bucket, order_id LIMIT $8::bigint
