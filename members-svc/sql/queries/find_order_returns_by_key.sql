-- The returns that some requests made.
SELECT r.order_id, r.return_no, r.program_id, r.member_id, r.create_us, r.occur_us, r.request_key,
       r.content_hash, r.content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, request_key)
JOIN order_returns r ON r.bucket = k.bucket AND r.request_key = k.request_key
