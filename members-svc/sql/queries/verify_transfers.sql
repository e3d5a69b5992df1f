-- Entries against the account of transfers (6) that were recorded on a day at an instant at which
-- those of their wallet type do not sum to zero: both sides of a transfer, and of what undoes one,
-- are recorded in one batch, that is at one instant.
SELECT t.owner_id, t.wallet_no, t.seq, t.create_us, t.points, t.detail
FROM (
  SELECT e.owner_id, e.wallet_no, e.seq, e.create_us, e.detail,
         e.active_delta + e.pending_delta + e.reserved_delta AS points,
         sum(e.active_delta + e.pending_delta + e.reserved_delta)
           OVER (PARTITION BY e.wallet_no, e.create_us) AS too_much
  FROM entries e
  WHERE e.day = $2 AND e.program_id = $1 AND e.account = 6
) AS t
WHERE t.too_much <> 0
ORDER BY t.create_us, t.wallet_no LIMIT 1000
