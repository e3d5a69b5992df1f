-- The segments of a programme, and its activity types.
SELECT segment_id, NULL::text AS activity_type, NULL::bytea AS content FROM segments WHERE program_id = $1
UNION ALL
SELECT NULL, code, content FROM activity_types WHERE program_id = $1
