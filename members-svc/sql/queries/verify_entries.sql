-- All entries of some wallets, wallet by wallet in order.
SELECT e.*
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no)
JOIN entry_rows e ON e.bucket = k.bucket AND e.owner_id = k.owner_id AND e.wallet_no = k.wallet_no
ORDER BY e.bucket, e.owner_id, e.wallet_no, e.seq
