-- Members of a bucket, after $3, who are to be evaluated at $5 in their programme's segments: not yet
-- under the newest version $4, due, with newer orders or returns, recorded on day $6 or later, or with
-- other tiers or attributes.
SELECT m.member_id
FROM members m
LEFT JOIN LATERAL (
  SELECT n.rules_version, n.next_look_us, n.seen_us, n.tier_mark, n.attribute_mark
  FROM segment_looks n
  WHERE n.bucket = m.bucket AND n.member_id = m.member_id
  OFFSET 0) l ON true
WHERE m.bucket = $1 AND m.program_id = $2 AND m.state <> 3 AND m.member_id > $3
  AND (l.rules_version IS DISTINCT FROM $4 OR l.next_look_us <= $5
    OR EXISTS (SELECT FROM orders o
               WHERE o.bucket = m.bucket AND o.member_id = m.member_id AND o.day >= $6
                 AND o.create_us > l.seen_us)
    OR EXISTS (SELECT FROM order_returns r
               WHERE r.bucket = m.bucket AND r.member_id = m.member_id AND r.create_us > l.seen_us
                 AND r.create_us >= $6::bigint * 86400000000)
    OR l.tier_mark IS DISTINCT FROM
       (SELECT coalesce(sum(t.version), 0)::bigint FROM member_tiers t
        WHERE t.bucket = m.bucket AND t.member_id = m.member_id)
    OR l.attribute_mark IS DISTINCT FROM
       (SELECT coalesce(sum(a.update_us), 0)::bigint FROM member_attributes a
        WHERE a.bucket = m.bucket AND a.member_id = m.member_id))
ORDER BY m.bucket, m.member_id
LIMIT $7
