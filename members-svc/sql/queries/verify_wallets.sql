-- Wallets of a programme after a key and up to a bucket, in key order; with $5 only that owner's.
SELECT bucket, owner_id, wallet_no, seq, active, pending, reserved, lifetime_earned, lifetime_spent,
       lifetime_expired, last_us, hash, lots, lifetime_reversed, lifetime_adjusted,
       next_due_us,
       owner_state IS NOT DISTINCT FROM (
         SELECT m.state FROM members m
         WHERE m.bucket = wallets.bucket AND m.member_id = wallets.owner_id),
       owner_state
FROM wallets
WHERE program_id = $1 AND (bucket, owner_id, wallet_no) > ($2, $3, $4)
  AND ($5::uuid IS NULL OR owner_id = $5) AND bucket <= $7
ORDER BY bucket, owner_id, wallet_no LIMIT $6
