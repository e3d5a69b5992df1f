-- The first entries of wallets; a head that exists meanwhile violates the key. The owners stay
-- locked until the commit, so that a change of their state finds the head or is found by it.
INSERT INTO wallets (bucket, owner_id, wallet_no, program_id, seq, active, pending, reserved,
                     lifetime_earned, lifetime_spent, lifetime_expired, last_us, hash, lots,
                     lifetime_reversed, lifetime_adjusted, next_due_us, owner_state)
SELECT k.*, m.state
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
            $12::bigint[], $13::bytea[], $14::bytea[], $15::bigint[], $16::bigint[],
            $17::bigint[]) AS k(bucket, owner_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.owner_id
FOR SHARE OF m
