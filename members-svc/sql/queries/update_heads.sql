-- The guarded write of the heads: a head that is no longer at the expected seq is not touched, and
-- the caller fails the whole transaction when a row is missing.
UPDATE wallets w
SET seq = k.seq, active = k.active, pending = k.pending, reserved = k.reserved,
    lifetime_earned = k.earned, lifetime_spent = k.spent, lifetime_expired = k.expired,
    last_us = k.last_us, hash = k.hash, lots = k.lots,
    lifetime_reversed = k.reversed, lifetime_adjusted = k.adjusted,
    next_due_us = k.due_us
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
            $13::bytea[], $14::bytea[], $15::bigint[], $16::bigint[], $17::bigint[])
  AS k(bucket, owner_id, wallet_no, expected, seq, active, pending, reserved, earned, spent, expired,
       last_us, hash, lots, reversed, adjusted, due_us)
WHERE w.bucket = k.bucket AND w.owner_id = k.owner_id AND w.wallet_no = k.wallet_no
  AND w.seq = k.expected
