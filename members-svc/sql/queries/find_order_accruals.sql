-- The accruals (kind 1) of orders whose rows do not name them, in wallets of known owners; recorded
-- together with the order.
SELECT e.*
FROM unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[]) AS k(bucket, owner_id, day, order_id)
JOIN entry_rows e ON e.bucket = k.bucket AND e.owner_id = k.owner_id AND e.day = k.day
  AND e.order_id = k.order_id
WHERE e.kind = 1
ORDER BY e.owner_id, e.wallet_no, e.seq
