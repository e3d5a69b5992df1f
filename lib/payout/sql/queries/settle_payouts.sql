-- What became of payouts: paid (empty refusal) or refused, at $4.
UPDATE payouts p
SET state = CASE WHEN s.refusal = '' THEN 2 ELSE 3 END, refusal = s.refusal, settle_us = $4
FROM unnest($1::int[], $2::uuid[], $3::text[]) AS s(bucket, payout_id, refusal)
WHERE p.bucket = s.bucket AND p.payout_id = s.payout_id AND p.state = 1
