-- Members of a bucket, after $4, who are to be evaluated at $6 in a tier set that counts orders: not
-- yet under its newest version $5, due, or with newer orders or returns, recorded on day $7 or later.
SELECT m.member_id
FROM members m
LEFT JOIN LATERAL (
  SELECT n.newest_version, n.next_look_us, n.seen_us FROM member_tiers n
  WHERE n.bucket = m.bucket AND n.member_id = m.member_id AND n.set_no = $3::smallint
  OFFSET 0) t ON true
WHERE m.bucket = $1 AND m.program_id = $2 AND m.state <> 3 AND m.member_id > $4
  AND (t.newest_version IS DISTINCT FROM $5 OR t.next_look_us <= $6
    OR EXISTS (SELECT FROM orders o
               WHERE o.bucket = m.bucket AND o.member_id = m.member_id AND o.day >= $7
                 AND o.create_us > t.seen_us)
    OR EXISTS (SELECT FROM order_returns r
               WHERE r.bucket = m.bucket AND r.member_id = m.member_id AND r.create_us > t.seen_us
                 AND r.create_us >= $7::bigint * 86400000000))
ORDER BY m.bucket, m.member_id
LIMIT $8
