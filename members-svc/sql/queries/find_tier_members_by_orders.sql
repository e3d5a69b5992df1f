-- Members of a bucket, after $4, who are to be evaluated at $6 in a tier set that counts orders: not
-- yet under its newest version $5, due, or with newer orders or returns, recorded on day $7 or later.
WITH recorded AS (
  SELECT o.member_id, o.create_us FROM orders o WHERE o.bucket = $1 AND o.day >= $7
  UNION ALL
  SELECT r.member_id, r.create_us FROM order_returns r
  WHERE r.bucket = $1 AND r.create_us >= $7::bigint * 86400000000
), newest AS MATERIALIZED (
  SELECT member_id, max(create_us) AS create_us FROM recorded GROUP BY member_id
)
SELECT m.member_id
FROM members m
LEFT JOIN member_tiers t ON t.bucket = m.bucket AND t.member_id = m.member_id AND t.set_no = $3::smallint
LEFT JOIN newest n ON n.member_id = m.member_id
WHERE m.bucket = $1 AND m.program_id = $2 AND m.state <> 3 AND m.member_id > $4
  AND (t.newest_version IS DISTINCT FROM $5 OR t.next_look_us <= $6 OR n.create_us > t.seen_us)
ORDER BY m.bucket, m.member_id
LIMIT $8
