-- What became of payouts at $6: carried out (empty refusal; by the entry, where it was paid) or
-- refused, each under the request id of the attempt: an answer to an earlier turn changes nothing.
-- What is wanted otherwise by now goes on with the next turn, due at once.
UPDATE payouts p
SET state = n.state,
    refusal = CASE WHEN n.state IN (3, 6) THEN n.refusal ELSE '' END,
    entry_id = coalesce(n.entry_id, p.entry_id),
    settle_us = CASE WHEN n.state IN (1, 4) THEN NULL ELSE $6::bigint END,
    turn_id = CASE WHEN n.state IN (1, 4) THEN p.next_id ELSE p.turn_id END,
    due_us = CASE WHEN n.state IN (1, 4) THEN 0 ELSE p.due_us END,
    tries = CASE WHEN n.state IN (1, 4) THEN 0 ELSE p.tries END
FROM (
  SELECT q.bucket, q.payout_id, s.refusal, s.entry_id,
         CASE WHEN q.state = 1 AND s.refusal <> '' THEN 3
              WHEN q.state = 1 AND q.wanted THEN 2
              WHEN q.state = 1 THEN 4
              WHEN s.refusal <> '' AND q.wanted THEN 2
              WHEN s.refusal <> '' THEN 6
              WHEN q.wanted THEN 1
              ELSE 5 END AS state
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[])
    AS s(bucket, payout_id, request_id, refusal, entry_id)
  JOIN payouts q ON q.bucket = s.bucket AND q.payout_id = s.payout_id
  WHERE q.state IN (1, 4) AND coalesce(q.turn_id, q.payout_id) = s.request_id
  FOR UPDATE OF q) AS n
WHERE p.bucket = n.bucket AND p.payout_id = n.payout_id
