-- Nobody knows yet whether these are paid: to be tried again with the same id.
UPDATE payouts p
SET due_us = s.due_us
FROM unnest($1::int[], $2::uuid[], $3::bigint[]) AS s(bucket, payout_id, due_us)
WHERE p.bucket = s.bucket AND p.payout_id = s.payout_id AND p.state = 1
