-- The orders of members, each with its returns (NULLs where nothing was returned), the first one
-- first; with content where $3.
SELECT k.member_id, o.order_id, o.create_us, o.occur_us, o.total_minor_units,
       CASE WHEN $3::boolean THEN o.content END, r.create_us, r.content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
CROSS JOIN LATERAL (
  SELECT n.order_id, n.create_us, n.occur_us, n.total_minor_units, n.content
  FROM orders n
  WHERE n.bucket = k.bucket AND n.member_id = k.member_id
  OFFSET 0) o
LEFT JOIN order_returns r ON r.bucket = k.bucket AND r.order_id = o.order_id
ORDER BY k.member_id, o.order_id, r.return_no
