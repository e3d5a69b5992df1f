-- Members of a bucket whose birthday was not looked at.
SELECT member_id FROM members
WHERE bucket = $1 AND program_id = $2 AND birthday_hash IS NULL AND state <> 3
LIMIT $3
