UPDATE household_members SET limits = $3
WHERE bucket = $1 AND member_id = $2 AND end_us IS NULL
