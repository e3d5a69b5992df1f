-- All entries of one wallet, in order.
SELECT e.* FROM entry_rows e
WHERE e.bucket = $1 AND e.owner_id = $2 AND e.wallet_no = $3::smallint
ORDER BY e.seq
