SELECT wallet_no, seq, active, pending, reserved, lifetime_earned, lifetime_spent, lifetime_expired,
       last_us, hash, lots, lifetime_reversed, lifetime_adjusted
FROM wallets WHERE bucket = $1 AND owner_id = $2 ORDER BY wallet_no
