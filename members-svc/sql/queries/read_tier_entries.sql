-- What members earned in their wallets of number $3, and what took of it: accruals, claw-backs,
-- cancellations and reversals.
SELECT k.member_id, e.seq, e.kind, e.occur_us, e.active_delta + e.pending_delta, e.activate_us,
       e.refunded_seq
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
CROSS JOIN LATERAL (
  SELECT n.seq, n.kind, n.occur_us, n.active_delta, n.pending_delta, n.activate_us, n.refunded_seq
  FROM entries n
  WHERE n.bucket = k.bucket AND n.owner_id = k.member_id AND n.wallet_no = $3::smallint
    AND n.kind IN (1, 12, 14, 16)
  OFFSET 0) e
ORDER BY k.member_id, e.seq
