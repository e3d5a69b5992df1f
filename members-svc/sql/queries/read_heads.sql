-- The wallet heads of (bucket, owner, wallet_no) triples, with their owner's state and where their
-- row lies; a triple of an unknown owner gives no row, a wallet that has no head yet gives NULLs. The
-- owner is looked up for those only: a head carries its owner's state.
SELECT k.at, coalesce(w.program_id, m.program_id), coalesce(w.owner_state, m.state), w.seq,
       w.active, w.pending, w.reserved, w.lifetime_earned, w.lifetime_spent, w.lifetime_expired,
       w.last_us, w.hash, w.lots, w.lifetime_reversed, w.lifetime_adjusted, w.ctid
FROM (SELECT unnest($1::int[]) AS bucket, unnest($2::uuid[]) AS owner_id,
             unnest($3::smallint[]) AS wallet_no, generate_series(1::bigint, cardinality($1)) AS at) k
LEFT JOIN wallets w ON w.bucket = k.bucket AND w.owner_id = k.owner_id AND w.wallet_no = k.wallet_no
LEFT JOIN LATERAL (
  SELECT o.program_id, o.state FROM members o
  WHERE w.seq IS NULL AND o.bucket = k.bucket AND o.member_id = k.owner_id
  OFFSET 0) m ON true
WHERE coalesce(w.owner_state, m.state) IS NOT NULL
