-- Every challenge of a programme with a member's progress, after the id $4, at most $5.
SELECT c.definition, coalesce(p.total, 0), coalesce(p.contributions, ''), p.complete_us,
       p.complete_us IS NOT NULL AND NOT EXISTS (
         SELECT FROM payouts o
         WHERE o.bucket = $1 AND o.cause_id = c.challenge_id AND o.member_id = $2 AND o.state <> 2)
FROM challenges c
LEFT JOIN challenge_progress p
  ON p.bucket = $1 AND p.member_id = $2 AND p.challenge_id = c.challenge_id
WHERE c.program_id = $3 AND c.challenge_id > $4
ORDER BY c.challenge_id
LIMIT $5
