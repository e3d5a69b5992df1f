-- After the id $2, at most $3, oldest first.
SELECT definition FROM challenges
WHERE program_id = $1 AND challenge_id > $2
ORDER BY challenge_id
LIMIT $3
