-- Returns of a programme after a key, in key order.
SELECT bucket, order_id, return_no, member_id, create_us, occur_us, request_key, content_hash,
       sha256(content), content
FROM order_returns
WHERE program_id = $1 AND (bucket, order_id, return_no) > ($2, $3, $4)
ORDER BY bucket, order_id, return_no LIMIT $5
