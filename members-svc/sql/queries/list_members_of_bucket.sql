-- The members of a programme in a bucket, after $3. Households are none.
SELECT member_id FROM members
WHERE bucket = $1 AND program_id = $2 AND state <> 3 AND member_id > $3
ORDER BY bucket, member_id
LIMIT $4
