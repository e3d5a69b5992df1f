-- The activities of a member before one, newest first; $4: of one trigger only, or of all.
SELECT occurrence_id, occurrence_key, content, sealed
FROM occurrences
WHERE bucket = $1 AND member_id = $2 AND occurrence_id < $3 AND trigger_key LIKE 'activity/%'
  AND ($4::text IS NULL OR trigger_key = $4)
ORDER BY occurrence_id DESC LIMIT $5
