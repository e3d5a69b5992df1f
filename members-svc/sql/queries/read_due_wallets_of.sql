-- Wallets of a programme in a bucket with something due at $3, after a key, in key order.
SELECT program_id, owner_id, wallet_no, lots, last_us, owner_state
FROM wallets
WHERE bucket = $1 AND program_id = $2 AND next_due_us <= $3 AND (owner_id, wallet_no) > ($4, $5::smallint)
ORDER BY bucket, owner_id, wallet_no
LIMIT $6
