-- The entries of a pool recorded since $4, of day $5 and later.
SELECT e.* FROM entry_rows e
WHERE e.bucket = $1 AND e.owner_id = $2 AND e.wallet_no = $3 AND e.create_us >= $4 AND e.day >= $5
ORDER BY e.seq
