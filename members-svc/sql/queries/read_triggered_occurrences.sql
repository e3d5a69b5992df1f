-- What happened beside orders under a trigger's key until $6 and was recorded before $7; after
-- (occur_us, bucket, key) $3, $4, $5.
SELECT occur_us, bucket, occurrence_key, member_id, content FROM occurrences
WHERE program_id = $1 AND trigger_key = $2 AND (occur_us, bucket, occurrence_key) > ($3, $4, $5)
  AND occur_us < $6 AND create_us < $7
ORDER BY occur_us, bucket, occurrence_key LIMIT $8
