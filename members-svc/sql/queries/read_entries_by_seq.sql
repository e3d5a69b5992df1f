-- Entries by wallet and seq on known days.
SELECT e.*
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::int[])
  AS k(bucket, owner_id, wallet_no, seq, day)
JOIN entry_rows e ON e.bucket = k.bucket AND e.owner_id = k.owner_id AND e.wallet_no = k.wallet_no
  AND e.seq = k.seq AND e.day = k.day
