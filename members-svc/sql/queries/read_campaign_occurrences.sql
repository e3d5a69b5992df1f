-- What happened beside orders in [$2, $3), was recorded before $4 and names a campaign in its results.
-- $5 is the campaign's id as it stands in the content.
SELECT member_id, content FROM occurrences
WHERE program_id = $1 AND occur_us >= $2 AND occur_us < $3 AND create_us < $4
  AND position($5::bytea IN content) > 0
LIMIT $6
