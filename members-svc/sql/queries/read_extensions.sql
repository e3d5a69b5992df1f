-- The entries of wallets, after a seq each, that pushed the expiry of lots out (kind 15).
SELECT e.*
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[]) AS k(bucket, owner_id, wallet_no, seq)
JOIN entry_rows e ON e.bucket = k.bucket AND e.owner_id = k.owner_id AND e.wallet_no = k.wallet_no
  AND e.seq > k.seq
WHERE e.kind = 15
