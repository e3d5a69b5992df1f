SELECT e.* FROM entry_rows e
WHERE e.bucket = $1 AND e.owner_id = $2 AND e.wallet_no = $3 AND e.seq < $4
ORDER BY e.seq DESC LIMIT $5
