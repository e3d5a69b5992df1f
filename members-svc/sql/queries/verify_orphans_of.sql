-- Wallets of one owner that have entries of a programme, but no head in that programme.
SELECT DISTINCT e.owner_id, e.wallet_no
FROM entries e
WHERE e.bucket = $2 AND e.owner_id = $3 AND e.program_id = $1
  AND NOT EXISTS (SELECT FROM wallets w WHERE w.bucket = e.bucket AND w.owner_id = e.owner_id
                  AND w.wallet_no = e.wallet_no AND w.program_id = $1)
