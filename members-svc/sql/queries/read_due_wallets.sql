-- Wallets of a bucket with something due, after a key, in key order.
SELECT program_id, owner_id, wallet_no
FROM wallets
WHERE bucket = $1 AND next_due_us <= $2 AND (owner_id, wallet_no) > ($3, $4::smallint)
ORDER BY bucket, owner_id, wallet_no
LIMIT $5
