-- The household that a member is in.
SELECT household_id FROM household_members
WHERE bucket = $1 AND member_id = $2 AND program_id = $3 AND end_us IS NULL
