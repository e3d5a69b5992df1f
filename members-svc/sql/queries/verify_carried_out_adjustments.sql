-- Adjustments of a programme that name their entry, after an id.
SELECT adjustment_id, entry_id, member_id
FROM adjustments
WHERE program_id = $1 AND entry_id IS NOT NULL AND adjustment_id > $2
ORDER BY adjustment_id LIMIT $3
