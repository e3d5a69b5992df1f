-- Nobody knows yet whether these are carried out: to be tried again with the same id.
UPDATE payouts p
SET due_us = s.due_us
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[])
  AS s(bucket, payout_id, request_id, due_us)
WHERE p.bucket = s.bucket AND p.payout_id = s.payout_id AND p.state IN (1, 4)
  AND coalesce(p.turn_id, p.payout_id) = s.request_id
