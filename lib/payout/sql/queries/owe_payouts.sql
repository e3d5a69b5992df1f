-- Due at once. A cause whose payment is taken back, or was, owes it again: what is on its way back is
-- paid anew when it has arrived, what could not be taken back counts as paid. Fewer rows touched than
-- given: one of them is owed already.
INSERT INTO payouts AS p (bucket, payout_id, program_id, member_id, cause_id, wallet_type, amount,
                          reason, state, due_us, create_us)
SELECT n.bucket, n.payout_id, n.program_id, n.member_id, n.cause_id, n.wallet_type, n.amount,
       n.reason, 1, 0, $9
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[],
            $8::text[])
  AS n(bucket, payout_id, program_id, member_id, cause_id, wallet_type, amount, reason)
ON CONFLICT (bucket, cause_id, member_id) DO UPDATE
SET wanted = true,
    state = CASE WHEN p.state IN (3, 5) THEN 1 WHEN p.state = 6 THEN 2 ELSE p.state END,
    refusal = CASE WHEN p.state IN (3, 6) THEN '' ELSE p.refusal END,
    settle_us = CASE WHEN p.state IN (3, 5) THEN NULL ELSE p.settle_us END,
    turn_id = CASE WHEN p.state IN (3, 5) THEN excluded.payout_id ELSE p.turn_id END,
    next_id = excluded.payout_id,
    due_us = CASE WHEN p.state IN (3, 5) THEN 0 ELSE p.due_us END,
    tries = CASE WHEN p.state IN (3, 5) THEN 0 ELSE p.tries END
WHERE NOT p.wanted
