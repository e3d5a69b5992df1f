-- Takes or renews the lease of (lane $1, subscriber $2) for holder $3 from $4 until $5. Returns its
-- fence; no row: somebody else holds it.
INSERT INTO outbox_leases AS l (lane, subscriber, holder, fence, until_us)
VALUES ($1, $2, $3, 1, $5)
ON CONFLICT (lane, subscriber) DO UPDATE
SET holder = excluded.holder,
    fence = CASE WHEN l.holder = excluded.holder THEN l.fence ELSE l.fence + 1 END,
    until_us = excluded.until_us
WHERE l.holder = excluded.holder OR l.until_us < $4
RETURNING fence
