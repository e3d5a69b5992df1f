-- Members of a bucket, after $3, who are to be evaluated at $5 in their programme's segments: not yet
-- under the newest version $4, due, with newer orders or returns, recorded on day $6 or later, or with
-- other tiers or attributes.
WITH recorded AS (
  SELECT o.member_id, o.create_us FROM orders o WHERE o.bucket = $1 AND o.day >= $6
  UNION ALL
  SELECT r.member_id, r.create_us FROM order_returns r
  WHERE r.bucket = $1 AND r.create_us >= $6::bigint * 86400000000
), newest AS MATERIALIZED (
  SELECT member_id, max(create_us) AS create_us FROM recorded GROUP BY member_id
), tiers AS MATERIALIZED (
  SELECT member_id, sum(version) AS mark FROM member_tiers WHERE bucket = $1 GROUP BY member_id
), attributes AS MATERIALIZED (
  SELECT member_id, sum(update_us) AS mark FROM member_attributes WHERE bucket = $1 GROUP BY member_id
)
SELECT m.member_id
FROM members m
LEFT JOIN segment_looks l ON l.bucket = m.bucket AND l.member_id = m.member_id
LEFT JOIN newest n ON n.member_id = m.member_id
LEFT JOIN tiers t ON t.member_id = m.member_id
LEFT JOIN attributes a ON a.member_id = m.member_id
WHERE m.bucket = $1 AND m.program_id = $2 AND m.state <> 3 AND m.member_id > $3
  AND (l.rules_version IS DISTINCT FROM $4 OR l.next_look_us <= $5 OR n.create_us > l.seen_us
    OR l.tier_mark IS DISTINCT FROM coalesce(t.mark, 0)
    OR l.attribute_mark IS DISTINCT FROM coalesce(a.mark, 0))
ORDER BY m.bucket, m.member_id
LIMIT $7
