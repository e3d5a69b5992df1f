-- Locks the heads of the triples in key order; before read_heads in a pessimistic pass.
SELECT w.seq
FROM wallets w
WHERE (w.bucket, w.owner_id, w.wallet_no) IN
  (SELECT k.bucket, k.owner_id, k.wallet_no
   FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no))
ORDER BY w.bucket, w.owner_id, w.wallet_no
FOR UPDATE
