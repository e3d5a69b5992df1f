-- The best of a programme, at most $2; nobody stands before the first.
SELECT member_id, score, 0, 0 FROM scores
WHERE program_id = $1 AND score > 0
ORDER BY score DESC, member_id
LIMIT $2
