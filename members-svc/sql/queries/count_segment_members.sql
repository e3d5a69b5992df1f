SELECT s.segment_id, (SELECT count(*) FROM segment_members m WHERE m.segment_id = s.segment_id)
FROM segments s WHERE s.program_id = $1 ORDER BY s.segment_id
