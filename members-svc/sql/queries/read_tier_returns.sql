-- The returns of members' orders.
SELECT k.member_id, r.create_us, r.content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN order_returns r ON r.bucket = k.bucket AND r.member_id = k.member_id
