SELECT household_id, count(*)
FROM household_members
WHERE household_id = ANY ($1::uuid[]) AND end_us IS NULL
GROUP BY household_id
