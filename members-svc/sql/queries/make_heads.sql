-- Empty heads for wallets that have none, so that there is a row to lock.
INSERT INTO wallets (bucket, owner_id, wallet_no, program_id, seq, active, pending, reserved,
                     lifetime_earned, lifetime_spent, lifetime_expired, last_us, hash, lots,
                     owner_state)
SELECT k.bucket, k.owner_id, k.wallet_no, m.program_id, 0, 0, 0, 0, 0, 0, 0, 0, '', '', m.state
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.owner_id
ORDER BY k.bucket, k.owner_id, k.wallet_no
FOR SHARE OF m
ON CONFLICT (bucket, owner_id, wallet_no) DO NOTHING
