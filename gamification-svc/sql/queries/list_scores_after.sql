-- At most $4 of those after (score $2, member $3), and how many stand before the first of them, and
-- how many of those have a greater score: one statement, so that all see the same scores. The order
-- is written in two parts so that the index serves both.
WITH page AS MATERIALIZED (
  SELECT member_id, score FROM scores
  WHERE program_id = $1 AND score > 0 AND score <= $2 AND (score < $2 OR member_id > $3)
  ORDER BY score DESC, member_id
  LIMIT $4
), first AS MATERIALIZED (
  SELECT member_id, score FROM page ORDER BY score DESC, member_id LIMIT 1
)
SELECT p.member_id, p.score,
       (SELECT count(*) FROM first f JOIN scores s
          ON s.program_id = $1 AND s.score >= f.score
         AND (s.score > f.score OR s.member_id < f.member_id)),
       (SELECT count(*) FROM first f JOIN scores s ON s.program_id = $1 AND s.score > f.score)
FROM page p
ORDER BY p.score DESC, p.member_id
