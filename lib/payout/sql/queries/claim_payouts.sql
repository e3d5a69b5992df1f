-- At most $3 payouts that are due at $1 to be paid or taken back, claimed until $2.
UPDATE payouts p
SET due_us = $2, tries = p.tries + 1
FROM (SELECT bucket, payout_id FROM payouts
      WHERE state IN (1, 4) AND due_us <= $1
      ORDER BY due_us
      LIMIT $3
      FOR UPDATE SKIP LOCKED) AS d
WHERE p.bucket = d.bucket AND p.payout_id = d.payout_id
RETURNING p.bucket, p.payout_id, p.program_id, p.member_id, p.cause_id, p.wallet_type, p.amount,
          p.reason, p.tries, coalesce(p.turn_id, p.payout_id), p.state = 4, p.entry_id
