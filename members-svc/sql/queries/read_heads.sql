-- The wallet heads of (bucket, owner, wallet_no) triples, with their member's state; a triple of an
-- unknown member gives no row, a wallet that has no head yet gives NULLs.
SELECT k.at, m.program_id, m.state, w.seq, w.active, w.pending, w.reserved, w.lifetime_earned,
       w.lifetime_spent, w.lifetime_expired, w.last_us, w.hash, w.lots,
       w.lifetime_reversed, w.lifetime_adjusted
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) WITH ORDINALITY AS k(bucket, owner_id, wallet_no, at)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.owner_id
LEFT JOIN wallets w ON w.bucket = k.bucket AND w.owner_id = k.owner_id AND w.wallet_no = k.wallet_no
