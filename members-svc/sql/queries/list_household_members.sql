-- The members of a household, who joined first first.
SELECT member_id, join_us, limits
FROM household_members
WHERE household_id = $1 AND program_id = $2 AND end_us IS NULL
ORDER BY join_us, member_id
