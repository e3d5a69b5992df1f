-- The first entries of wallets; a head that exists meanwhile violates the key.
INSERT INTO wallets (bucket, owner_id, wallet_no, program_id, seq, active, pending, reserved,
                     lifetime_earned, lifetime_spent, lifetime_expired, last_us, hash, lots,
                     lifetime_reversed, lifetime_adjusted, next_due_us)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bigint[], $6::bigint[],
                     $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
                     $12::bigint[], $13::bytea[], $14::bytea[], $15::bigint[], $16::bigint[],
                     $17::bigint[])
