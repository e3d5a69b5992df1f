-- After the guarded write of the heads: nobody else can have moved these wallets.
INSERT INTO entry_marks (bucket, owner_id, wallet_no, seq, program_id, undone, pending_end, expire_us,
                         reversed_seq)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::uuid[], $6::bigint[],
                     $7::smallint[], $8::bigint[], $9::bigint[])
ON CONFLICT (bucket, owner_id, wallet_no, seq) DO UPDATE
SET undone = excluded.undone, pending_end = excluded.pending_end, expire_us = excluded.expire_us,
    reversed_seq = excluded.reversed_seq
