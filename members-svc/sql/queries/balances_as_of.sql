-- Of each wallet of an owner, the newest entry recorded at $3 (on day $4) or before.
SELECT w.wallet_no, e.seq, e.active_after, e.pending_after, e.reserved_after, e.create_us
FROM wallets w
CROSS JOIN LATERAL (
  SELECT n.seq, n.active_after, n.pending_after, n.reserved_after, n.create_us
  FROM entries n
  WHERE n.bucket = $1 AND n.owner_id = $2 AND n.wallet_no = w.wallet_no AND n.day <= $4
    AND n.create_us <= $3
  ORDER BY n.seq DESC LIMIT 1) e
WHERE w.bucket = $1 AND w.owner_id = $2
ORDER BY w.wallet_no
