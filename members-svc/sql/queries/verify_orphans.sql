-- Wallets that have entries of a programme, recorded on a day, but no head in that programme.
SELECT e.owner_id, e.wallet_no
FROM (SELECT DISTINCT bucket, owner_id, wallet_no FROM entries
      WHERE program_id = $1 AND day = $2 OFFSET 0) AS e
WHERE NOT EXISTS (SELECT FROM wallets w WHERE w.bucket = e.bucket AND w.owner_id = e.owner_id
                  AND w.wallet_no = e.wallet_no AND w.program_id = $1)
LIMIT 100
