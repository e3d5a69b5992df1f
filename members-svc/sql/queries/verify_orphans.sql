-- Owners that have entries of a programme in a wallet without a head in that programme.
SELECT DISTINCT e.owner_id, e.wallet_no
FROM entries e
WHERE e.program_id = $1 AND ($2::uuid IS NULL OR e.owner_id = $2)
  AND NOT EXISTS (SELECT FROM wallets w WHERE w.bucket = e.bucket AND w.owner_id = e.owner_id
                  AND w.wallet_no = e.wallet_no AND w.program_id = e.program_id)
LIMIT 100
