-- Of one member, after (award_us $4, challenge_id $5), at most $6, oldest first.
SELECT code, challenge_id, award_us FROM badges
WHERE bucket = $1 AND member_id = $2 AND program_id = $3 AND (award_us, challenge_id) > ($4, $5)
ORDER BY award_us, challenge_id
LIMIT $6
