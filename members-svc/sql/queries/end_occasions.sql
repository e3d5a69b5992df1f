-- At $1, with what the ledger refused them for.
UPDATE occasions o
SET end_us = $1, refusal = k.refusal
FROM unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[])
  AS k(bucket, member_id, trigger_key, ref, refusal)
WHERE o.bucket = k.bucket AND o.member_id = k.member_id AND o.trigger_key = k.trigger_key
  AND o.ref = k.ref AND o.end_us IS NULL
