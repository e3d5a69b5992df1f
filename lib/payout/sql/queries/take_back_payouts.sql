-- These causes owe their members nothing any more, at $5: what is paid is due to be taken back, what
-- nobody has tried to pay is not paid, what is on its way is taken back when it has arrived. What was
-- paid before entries were kept cannot be named, and stays.
UPDATE payouts p
SET wanted = false,
    state = CASE WHEN p.state = 2 AND p.entry_id IS NULL THEN 6
                 WHEN p.state = 2 THEN 4
                 WHEN p.state = 1 AND p.tries = 0 THEN 5
                 ELSE p.state END,
    refusal = CASE WHEN p.state = 2 AND p.entry_id IS NULL THEN 'ENTRY_UNKNOWN' ELSE p.refusal END,
    settle_us = CASE WHEN p.state = 2 AND p.entry_id IS NOT NULL THEN NULL
                     WHEN p.state = 1 AND p.tries = 0 THEN $5::bigint
                     ELSE p.settle_us END,
    turn_id = CASE WHEN p.state = 2 THEN t.request_id ELSE p.turn_id END,
    next_id = t.request_id,
    due_us = CASE WHEN p.state = 2 THEN 0 ELSE p.due_us END,
    tries = CASE WHEN p.state = 2 THEN 0 ELSE p.tries END
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[])
  AS t(bucket, cause_id, member_id, request_id)
WHERE p.bucket = t.bucket AND p.cause_id = t.cause_id AND p.member_id = t.member_id AND p.wanted
