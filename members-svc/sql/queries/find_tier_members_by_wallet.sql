-- Members of a bucket, after $4, who are to be evaluated at $6 in a tier set that counts the points of
-- wallet number $7: not yet under its newest version $5, due, or with newer entries or returns.
SELECT m.member_id
FROM members m
LEFT JOIN member_tiers t ON t.bucket = m.bucket AND t.member_id = m.member_id AND t.set_no = $3::smallint
LEFT JOIN wallets w ON w.bucket = m.bucket AND w.owner_id = m.member_id AND w.wallet_no = $7::smallint
WHERE m.bucket = $1 AND m.program_id = $2 AND m.state <> 3 AND m.member_id > $4
  AND (t.newest_version IS DISTINCT FROM $5 OR t.next_look_us <= $6 OR w.last_us > t.seen_us
    OR EXISTS (SELECT FROM order_returns r
               WHERE r.bucket = m.bucket AND r.member_id = m.member_id AND r.create_us > t.seen_us))
ORDER BY m.bucket, m.member_id
LIMIT $8
