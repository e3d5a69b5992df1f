-- All returns of some orders, the first one of each first.
SELECT r.order_id, r.return_no, r.program_id, r.member_id, r.create_us, r.occur_us, r.request_key,
       r.content_hash, r.content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, order_id)
JOIN order_returns r ON r.bucket = k.bucket AND r.order_id = k.order_id
ORDER BY r.order_id, r.return_no
